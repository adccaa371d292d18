using System.Text.RegularExpressions;
using MinZ.Backends.Z80.Assembly;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>A compiled function: its name in source, its label and how it is called.</summary>
internal sealed record CompiledFunction(Function Function, LFunction Code, bool IsInterruptPart);

/// <summary>Compiles every function of a program, callees first, so that callers know what a call destroys.</summary>
internal sealed partial class ProgramCompiler
{
    private readonly ProgramScope _scope;
    private readonly CallGraph _graph;
    private readonly List<Function> _roots;

    public ProgramCompiler(ProgramScope scope)
    {
        _scope = scope;
        Function?[] hooks = [scope.Hooks.Deadlock, scope.Hooks.Ended];
        _roots = [.. scope.Module.Functions.Where(f => !f.IsExtern && (f == scope.Module.Main || hooks.Contains(f)
            || f.Is(FunctionFlags.Interrupt) || f.Is(FunctionFlags.Export)))];
        scope.AddressTaken.UnionWith(hooks.OfType<Function>());
        _graph = new CallGraph(scope.Module, _roots, scope.AddressTaken);
    }

    /// <summary>The functions in the order they were compiled.</summary>
    public List<CompiledFunction> Functions { get; } = [];

    /// <summary>Interrupt handlers.</summary>
    public IEnumerable<Function> Handlers => _roots.Where(f => f.Is(FunctionFlags.Interrupt));

    public void Run()
    {
        foreach (var f in _scope.Module.Functions)
            if (f.IsExtern)
                Declare(f);
        var inHandlers = _graph.Reachable(Handlers);
        foreach (var f in inHandlers)
        {
            _scope[f].RunsInHandler = true;
            CheckAllocation(f);
        }
        var elsewhere = _graph.Reachable(_roots.Where(f => !f.Is(FunctionFlags.Interrupt)));
        // Two threads may be in the same function, as two calls of a recursive one are.
        var suspending = _scope.HasThreads ? _graph.Suspending() : [];
        foreach (var f in suspending.Intersect(inHandlers))
            _scope.Report(1042, $"'{f.Name}' runs in an interrupt handler and lets other threads run",
                "let the handler set a global that a thread looks at", f.Location);
        var recursive = _graph.Components.Where(_graph.IsRecursive).SelectMany(c => c).Union(suspending).ToList();
        // What is called by address may be called from anywhere.
        var inFrames = _graph.Reachable(recursive.Count > 0 ? recursive.Concat(_scope.AddressTaken) : []);
        foreach (var f in inFrames)
            _scope[f].LeavesFramePointer = true;
        for (var c = 0; c < _graph.Components.Count; c++)
        {
            var component = _graph.Components[c];
            foreach (var f in component)
            {
                _scope[f].Suspends = suspending.Contains(f);
                if (_scope.HasThreads && _graph.IsRecursive(component) && _graph.MayCallItself(f)
                    && !f.Is(FunctionFlags.Interrupt))
                    _scope[f].StackCheck = new TrapSite(TrapCode.StackOverflow, f.Location.IsKnown
                        ? _scope.Module.Files[f.Location.File - 1] : null, f.Location.IsKnown ? f.Location.Line : 0);
                Prepare(f, c, _graph.IsRecursive(component) || suspending.Contains(f));
            }
            foreach (var f in component)
            {
                Selector.Run(_scope, f);
                var l = _scope[f];
                if (l.StackFrame > 0 && l.Convention.Parameters.Any(p => (p.Mask & RegSeq.IX.Mask) != 0))
                    _scope.Report(1008,
                        $"'ix' cannot hold a parameter of '{f.Name}', which is recursive and has arrays",
                        "use hl, de or bc", f.Location);
                l.Callees.AddRange(_graph.Callees(f).Select(x => _scope[x]));
                Functions.Add(new CompiledFunction(f, l, inHandlers.Contains(f)));
            }
            if (_scope.Messages.Any(m => m.IsError))
                continue;
            foreach (var f in component)
                Compile(f);
        }
        if (!_scope.Messages.Any(m => m.IsError))
        {
            foreach (var f in inHandlers.Intersect(elsewhere))
                CheckShared(f);
            CheckRoutines(inHandlers, elsewhere);
            CheckArguments(inHandlers, elsewhere);
        }
    }

    private void Declare(Function f)
    {
        var l = _scope[f];
        l.Convention = ConventionOf(f);
        l.IsExtern = f.Abi is { Address: not null } or { Convention: "rst" };
        if (f.Abi is { Convention: "stack" or "shadow" } abi && f.Parameters.Length > 0 && IsSeenByAssembly(f))
            _scope.Report(1012, $"the convention '{abi.Convention}' of '{f.Name}' is not there on z80 yet",
                "name registers: @abi(\"register: A=x, HL=y\")", f.Location);
    }

    /// <summary>
    /// True when code relies on where the convention puts the parameters: outside the program, or assembly that takes
    /// them from the stack or from the shadow registers and not by name.
    /// </summary>
    private static bool IsSeenByAssembly(Function f) =>
        f.IsExtern || f.Blocks.SelectMany(b => b.Instructions).Any(id =>
            f[id].Payload is AsmBlock asm && FetchesArguments().IsMatch(asm.Text));

    [GeneratedRegex(@"\b(sp|ix|iy|exx)\b|\baf'", RegexOptions.IgnoreCase)]
    private static partial Regex FetchesArguments();

    private void Prepare(Function f, int component, bool recursive)
    {
        var l = _scope[f];
        l.Component = component;
        l.IsRecursive = recursive;
        l.IsInterrupt = f.Is(FunctionFlags.Interrupt);
        l.IsNaked = f.Is(FunctionFlags.Naked) || f.Abi?.Convention == "naked";
        l.HasFreeConvention = !recursive && !f.Is(FunctionFlags.Export) && !_scope.AddressTaken.Contains(f)
            && f.Abi is not { Convention: "register" or "naked" or "stack" or "shadow" } && !l.IsNaked;
        l.Convention = ConventionOf(f);
        if (l.LeavesFramePointer && !l.IsNaked)
            l.Convention.Clobbers &= ~RegSeq.IX.Mask;
    }

    private int SizeOf(MirType type) => type.Kind == TypeKind.Void ? 0 : _scope.Layout.SizeOf(type);

    private Convention ConventionOf(Function f) => Conventions.Of(f, SizeOf,
        (message, hint) => _scope.Report(1008, message, hint, f.Location));

    private void Compile(Function f)
    {
        var l = _scope[f];
        if (l.IsNaked)
            CompileNaked(l);
        else
            FunctionCompiler.Run(l, _scope.Emit, _scope.Options.Optimize);
    }

    // Assembly alone: what it contains is the function.
    private static void CompileNaked(LFunction l)
    {
        l.Code.Add(Asm.At(l.Label));
        foreach (var i in l.Blocks.SelectMany(b => b.Instructions))
            if (i.Payload is AssemblyCode asm)
                l.Code.AddRange(asm.Items);
        l.Locations = new Loc[l.Variables.Count];
        Array.Fill(l.Locations, Loc.Nowhere);
        l.Convention.Clobbers = l.Clobbers = ByteRegs.All;
    }
}
