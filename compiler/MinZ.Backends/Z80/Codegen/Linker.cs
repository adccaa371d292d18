using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using static MinZ.Backends.Z80.Assembly.Asm;
using Instruction = MinZ.Backends.Z80.Assembly.Instruction;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Puts the program together: start-up, functions, routines, data, and memory for variables behind the image.
/// </summary>
internal sealed partial class Linker
{
    /// <summary>Where programs begin unless told otherwise: the first address without contention.</summary>
    public const int DefaultOrigin = 0x8000;

    /// <summary>Table of 257 equal bytes for interrupt mode 2, and the place it points to.</summary>
    private const int VectorTable = 0xFE00;
    private const int VectorEntry = 0xFDFD;

    private readonly ProgramScope _scope;
    private readonly ProgramCompiler _program;
    private readonly List<Item> _items = [];
    private readonly HashSet<Routine> _routines = [];
    private readonly List<(string Symbol, int Size, string Title)> _cells = [];

    private Linker(ProgramScope scope, ProgramCompiler program) => (_scope, _program) = (scope, program);

    /// <summary>Label of the first instruction.</summary>
    public const string Start = "__start";

    /// <summary>The image of a compiled program; null after an error.</summary>
    public static Image? Link(ProgramScope scope, ProgramCompiler program, int origin) =>
        new Linker(scope, program).Run(origin);

    private bool HasHandler => _program.Handlers.Any();

    private Image? Run(int origin)
    {
        foreach (var r in _scope.Emit.Routines)
            Use(r);
        AddStart();
        foreach (var f in _program.Functions)
            _items.AddRange(f.Code.Code);
        foreach (var r in _routines.OrderBy(r => r.Label, StringComparer.Ordinal))
            _items.AddRange(VariantOf(r).Items);
        AddPlaces();
        AddData();
        AddCells();
        var result = Assembler.Assemble(_items, new AssemblerOptions { Origin = origin });
        if (result.Image is null)
        {
            // Addresses beyond the last one are what a program much too large gives the assembler.
            var least = Math.Max(SizeReport.LeastSize(_scope, _program),
                SizeReport.BytesOf(_items) + SizeReport.ZeroBytes(_scope, IsZero) + (UsesHeap ? LeastHeap : 0));
            if (origin + least > Limit)
                return TooLarge(origin, least, "at least ");
            foreach (var e in result.Errors)
                _scope.Report(1010, LocalLabels.AsWritten(e.Message), LocalLabels.AsWritten(e.Hint),
                    PlaceOf(e.Position));
            return null;
        }
        var top = result.Image[UsesHeap ? "__heap_first" : "__top"] + (UsesHeap ? LeastHeap : 0);
        return top <= Limit ? result.Image : TooLarge(origin, top - origin, "");
    }

    private static SourceLocation PlaceOf(SourcePosition p) =>
        p.IsNone || p.File == 0 ? default : new SourceLocation(p.File, p.Line, Math.Max(1, p.Column), 1);

    private void Use(Routine routine)
    {
        if (_routines.Add(routine))
            foreach (var r in VariantOf(routine).Uses)
                Use(r);
    }

    // Some routines do more where there are threads, or are made for tests.
    private Routine VariantOf(Routine routine) =>
        routine == RuntimeLibrary.Collect && UsesThreads ? RuntimeLibrary.CollectForThreads
        : routine == RuntimeLibrary.Trap && UsesThreads ? RuntimeLibrary.TrapForThreads
        : routine == RuntimeLibrary.TrapOrReport && HasHandler ? RuntimeLibrary.TrapOrReportOutsideHandlers
        : routine == RuntimeLibrary.New && _scope.StressesHeap ? RuntimeLibrary.NewUnderStress
        : _scope.Hooks.HasReports ? RuntimeLibrary.ReportedTrapOf(routine) : routine;

    private bool Prints => _routines.Contains(RuntimeLibrary.PrintChar);

    private void Add(params ReadOnlySpan<Item> items) => _items.AddRange(items);

    /// <summary>Data may be the only one to name a variable, whose own data may name further ones.</summary>
    private void NameReferredGlobals()
    {
        var seen = new HashSet<Global>();
        while (_scope.Globals.Keys.Where(seen.Add).ToList() is { Count: > 0 } found)
            foreach (var r in found.SelectMany(g => DataSegment.Write(g, _scope.Layout).Relocations))
                if (r is { Kind: RelocationKind.Global, Target: Global { Address: null } target })
                    _scope.LabelOf(target);
    }

    private void AddStart()
    {
        NameReferredGlobals();
        var main = _scope.Module.Main;
        Add(At(Start));
        if (main is null)
        {
            Add(Ret());
            return;
        }
        var shadows = _routines.Any(r => r.UsesShadows);
        if (shadows)
            Add(Exx(), Push(HL), Exx());
        Add(Ld(Mem("__stack"), SP));
        _cells.Add(("__stack", 2, "start"));
        AddClearing();
        if (UsesHeap)
            Add(Call(RuntimeLibrary.HeapStart.Label));
        if (UsesThreads)
            AddMainThread();
        if (Prints)
            Add(Ld(A, 2), Call(0x1601));
        if (HasHandler)
            AddVectors();
        Add(Call(_scope[main].Label));
        var result = main.Result.Kind == TypeKind.Void ? 0 : _scope.Layout.SizeOf(main.Result);
        Add(result switch
        {
            0 => [Ld(BC, 0)],
            1 => [Ld(C, A), Ld(B, 0)],
            _ => (ReadOnlySpan<Item>)[Ld(B, H), Ld(C, L)],
        });
        if (_routines.Contains(RuntimeLibrary.Exit))
            Add(At("__leave"));
        if (HasHandler)
            Add(Di(), Im(1), Ld(A, 0x3F), Ld(I, A), Ei());
        if (shadows)
            Add(Exx(), Pop(HL), Exx());
        Add(Ret());
        if (CountsFrames)
            AddFrameCounter();
    }

    // Variables that start with zero lie behind the image.
    private void AddClearing()
    {
        var size = _scope.Globals.Keys.Where(IsZero).Sum(g => _scope.Layout.SizeOf(g.Type));
        if (size == 0)
            return;
        Add(Ld(HL, "__zero"), Ld(IndHL, 0));
        if (size > 1)
            Add(Ld(DE, Imm(Expr.Of("__zero") + 1)), Ld(BC, size - 1), Ldir());
    }

    private void AddVectors()
    {
        var handlers = _program.Handlers.ToList();
        if (handlers.Count > 1)
            _scope.Report(1011, $"interrupts call '{handlers[0].Name}' alone, not '{handlers[1].Name}'",
                "call the second handler from the first", handlers[1].Location, isError: false);
        Add(Di(), Ld(HL, VectorTable), Ld(DE, VectorTable + 1), Ld(BC, 256), Ld(IndHL, VectorEntry & 0xFF), Ldir());
        var handler = CountsFrames ? FrameCounter : _scope[handlers[0]].Label;
        Add(Ld(A, 0xC3), Ld(Mem(VectorEntry), A), Ld(HL, handler), Ld(Mem(VectorEntry + 1), HL));
        Add(Ld(A, VectorTable >> 8), Ld(I, A), Im(2), Ei());
    }

    private void AddPlaces()
    {
        if (!_routines.Any(r => r.Text.Contains("__traps", StringComparison.Ordinal)))
            return;
        Add(At("__traps"));
        // Checks in code that turned out unreachable are gone, and their labels with them.
        var labels = _items.OfType<Label>().Select(l => l.Name).ToHashSet();
        foreach (var (label, site) in _scope.Emit.Traps)
            if (site.File is { } file && labels.Contains(label))
                Add(Words(label, site.Line, _scope.LabelOf(StringConstant.Of(Path.GetFileName(file)))));
        _items.Add(Words(Expr.Of(0)));
    }

    private bool IsZero(Global g) =>
        g.Address is null && g.Alignment <= 1 && DataSegment.Write(g, _scope.Layout).IsZero;

    private void AddData()
    {
        // Data may name globals that no code names.
        var done = new HashSet<Global>();
        while (_scope.Globals.Where(p => !done.Contains(p.Key)).OrderBy(p => p.Value, StringComparer.Ordinal).ToList()
            is { Count: > 0 } more)
            foreach (var (g, label) in more)
                if (done.Add(g))
                    AddGlobal(g, label);
        // Texts last: data may name more of them.
        foreach (var (text, label) in _scope.Strings.ToList())
            Add(At(label), Bytes(DataSegment.Write(text, _scope.Layout).AsSpan()));
    }

    private void AddGlobal(Global g, string label)
    {
        if (IsZero(g) || g.Address is not null)
            return;
        if (g.Alignment > 1)
            _items.Add(new Align(g.Alignment));
        Add(At(label));
        AddImage(DataSegment.Write(g, _scope.Layout));
    }

    private void AddImage(DataImage image)
    {
        var at = 0;
        foreach (var r in image.Relocations)
        {
            if (r.Offset > at)
                Add(Bytes(image.Bytes.AsSpan(at, r.Offset - at)));
            Expr target = r.Kind switch
            {
                RelocationKind.String => _scope.LabelOf((StringConstant)r.Target),
                RelocationKind.StringBytes =>
                    Expr.Of(_scope.LabelOf((StringConstant)r.Target)) + _scope.Layout.StringLengthBytes,
                RelocationKind.Global => (((Global)r.Target).Address is { } fixedAt ? Expr.Of(fixedAt)
                    : Expr.Of(_scope.LabelOf((Global)r.Target))) + r.Addend,
                RelocationKind.Function => _scope[(Function)r.Target].Label,
            };
            Add(Words(target));
            at = r.Offset + 2;
        }
        if (at < image.Bytes.Length)
            Add(Bytes(image.Bytes.AsSpan()[at..]));
    }

    // Names for memory that is no part of the files: zero variables first, then cells that need no clearing.
    private void AddCells()
    {
        Expr at = "__end";
        var offset = 0;
        var names = new List<Item> { At("__end"), new Equ("__zero", at) };
        foreach (var f in _scope.Module.Functions)
            if (f.IsExtern && f.Abi?.Address is { } address)
                names.Add(new Equ(_scope[f].Label, address));
        var zeroed = _scope.Globals.Where(p => IsZero(p.Key)).OrderBy(p => p.Value, StringComparer.Ordinal);
        foreach (var (g, label) in zeroed)
        {
            names.Add(new Equ(label, at + offset));
            if (HeapTypes.MayHoldAddress(g.Type))
                AddRoot(offset, _scope.Layout.SizeOf(g.Type));
            offset += _scope.Layout.SizeOf(g.Type);
        }
        _cells.AddRange([("__scratch", 1, "registers"), ("__arguments", Conventions.ArgumentBytes, "arguments")]);
        if (HasHandler)
            _cells.Add((Emitter.HandlerScratch, 1, "registers"));
        if (UsesHeap)
            _cells.AddRange(HeapCells);
        if (UsesThreads)
            _cells.AddRange(ThreadCells);
        var used = new HashSet<string>();
        foreach (var item in _items)
            if (item is Instruction i)
                for (var k = 0; k < i.OperandCount; k++)
                    Symbols(i[k].Expression, used);
        foreach (var (symbol, size, _) in _cells)
        {
            if (!used.Contains(symbol))
                continue;
            names.Add(new Equ(symbol, at + offset));
            if (ThreadCells.Contains((symbol, size, "threads")))
                AddRoot(offset, size);
            offset += size;
        }
        offset = Frames.Place(_program.Functions, (cell, place) =>
        {
            if (!used.Contains(cell.Symbol))
                return;
            names.Add(new Equ(cell.Symbol, at + place));
            if (cell.HoldsAddresses)
                AddRoot(place, cell.Size);
        }, offset);
        names.Add(new Equ("__top", at + offset));
        if (UsesThreads)
            AddThreads(names);
        if (UsesHeap)
            AddHeap(names);
        _items.AddRange(names);
    }

    private static void Symbols(Expr? e, HashSet<string> used)
    {
        switch (e)
        {
            case Expr.Symbol s:
                used.Add(s.Name);
                break;
            case Expr.Unary u:
                Symbols(u.Operand, used);
                break;
            case Expr.Binary b:
                Symbols(b.Left, used);
                Symbols(b.Right, used);
                break;
        }
    }

    private int Limit => HasHandler ? VectorEntry : 0xFF00;

    private Image? TooLarge(int origin, int size, string qualifier)
    {
        _scope.Report(1004,
            $"the program needs {qualifier}{size} bytes, {origin + size - Limit} more than there are from " +
                $"0x{origin:X4} to 0x{Limit - 1:X4}; largest: {SizeReport.Of(_scope, _program)}",
            "make tables smaller, or use fewer and smaller arrays", default);
        return null;
    }
}
