using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Emit;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.CompileTime;

/// <summary>Computes what a program wants to be known at compile time.</summary>
internal sealed class ConstantEvaluator(ProgramBinder program)
{
    /// <summary>Calls that a message shows.</summary>
    private const int MostFrames = 12;

    private readonly Dictionary<(SyntaxNode, FunctionSymbol?), (BoundExpression? Value, DiagnosticBag Bag)> _known = [];

    /// <summary>
    /// The value of an expression as a constant; null when it depends on what is known at run time only and
    /// <paramref name="request"/> does not insist; an error when it has no value, which is reported.
    /// </summary>
    public BoundExpression? Evaluate(BoundExpression value, EvaluationRequest request)
    {
        if (program.Options.Evaluator is not { } engine)
            return null;
        // A body is bound several times while its types are inferred; its constants stay what they are.
        var key = (request.Syntax, request.Function);
        if (!_known.TryGetValue(key, out var known))
            _known[key] = known = Compute(engine, value, request);
        request.Diagnostics.AddRange(known.Bag);
        return known.Value;
    }

    private (BoundExpression?, DiagnosticBag) Compute(
        ICompileTimeEvaluator engine, BoundExpression value, EvaluationRequest request)
    {
        var bag = new DiagnosticBag();
        var failed = new BoundError(value.Span);
        if (!ResultReader.CanRead(value.Type))
        {
            if (request.IsRequired)
                bag.NoCompileTimeValue(request.Where, request.What, value.Type.Show());
            return (request.IsRequired ? failed : null, bag);
        }
        var symbol = SymbolFor(request);
        var computation = ModuleEmitter.TryEmitComputation(program, symbol, value, request.Outside);
        if (computation.Module is not { } module)
            return (Explain(computation, request, bag) ? failed : null, bag);
        BoundExpression? result = null;
        var run = engine.Run(module, ModuleEmitter.ComputingFunction, program.Options.CompileTimeLimits,
            (address, read) => result = TryRead(read, (uint)address, value, request, bag));
        if (run.Stop is { } stop)
        {
            if (stop.Code == TrapCode.Denied && !request.IsRequired)
                return (null, bag);
            ReportStop(stop, request, bag);
        }
        return (result ?? failed, bag);
    }

    private static BoundExpression? TryRead(
        ReadMemory read, uint address, BoundExpression value, EvaluationRequest request, DiagnosticBag bag)
    {
        try
        {
            return new ResultReader(read, value.Span).Read(address, value.Type);
        }
        catch (InvalidDataException e)
        {
            bag.ComputationStopped(request.Where, request.What, e.Message, []);
            return null;
        }
    }

    /// <summary>
    /// Runs a block for what it emits: the texts, one per line; null after a report.
    /// </summary>
    public string? RunForSource(BoundExpression block, EvaluationRequest request)
    {
        if (program.Options.Evaluator is not { } engine)
        {
            request.Diagnostics.NoEvaluator(request.Where, request.What);
            return null;
        }
        var computation = ModuleEmitter.TryEmitComputation(program, SymbolFor(request), block, request.Outside);
        if (computation.Module is not { } module)
        {
            Explain(computation, request, request.Diagnostics);
            return null;
        }
        var run = engine.Run(module, ModuleEmitter.ComputingFunction, program.Options.CompileTimeLimits, (_, _) => { });
        foreach (var note in run.Texts.Where(t => t.Service == CompileTimeServices.Note))
            request.Diagnostics.Note(request.Where, note.Text);
        if (run.Stop is { } stop)
        {
            ReportStop(stop, request, request.Diagnostics);
            return null;
        }
        return string.Concat(run.Texts.Where(t => t.Service == CompileTimeServices.Emit).Select(t => t.Text + "\n"));
    }

    private FunctionSymbol SymbolFor(EvaluationRequest request) =>
        request.Symbol ?? new(ModuleEmitter.ComputingFunction, program.Root, null) { Where = request.Where };

    /// <summary>Reports why something cannot be computed; false when nothing had to be reported.</summary>
    private static bool Explain(Computation computation, EvaluationRequest request, DiagnosticBag bag)
    {
        switch (computation.Obstacle)
        {
            case Obstacle.Unfinished:
                bag.NeedsItself(request.Where, request.What, computation.Function!.Name, computation.Function.Where);
                return true;
            case Obstacle.Errors:
                return true;
            case Obstacle.Variables or Obstacle.Form or Obstacle.None:
                if (request.IsRequired)
                    bag.NotConstant(request.Where, request.What);
                return request.IsRequired;
            default:
                throw new InvalidOperationException($"{computation.Obstacle} is not explained");
        }
    }

    private void ReportStop(CompileTimeStop stop, EvaluationRequest request, DiagnosticBag bag)
    {
        // A recursion says the same place again and again.
        ImmutableArray<RelatedPlace> elsewhere = [.. stop.Stack.Select(PlaceOf).OfType<RelatedPlace>()
            .Where(p => p.Where != request.Where).Distinct().Take(MostFrames)];
        switch (stop.Code)
        {
            case TrapCode.Denied:
                bag.OnlyAtRunTime(request.Where, request.What, stop.Message, elsewhere);
                break;
            case TrapCode.FuelExhausted:
                bag.ComputationTooLong(request.Where, request.What, program.Options.CompileTimeLimits.Steps, elsewhere);
                break;
            case TrapCode.OutOfMemory or TrapCode.StackOverflow:
                bag.ComputationTooLarge(request.Where, request.What, stop.Message, elsewhere);
                break;
            default:
                bag.ComputationStopped(request.Where, request.What, stop.Message, elsewhere);
                break;
        }
    }

    private RelatedPlace? PlaceOf(CompileTimeFrame frame)
    {
        if (frame.Line <= 0 || program.Files.Find(f => f.Path == frame.File) is not { } source ||
            frame.Line > source.LineCount)
            return null;
        var start = source.LineSpan(frame.Line).Start + Math.Max(0, frame.Column - 1);
        var end = start;
        while (end < source.Length && (char.IsAsciiLetterOrDigit(source.Text[end]) || source.Text[end] == '_'))
            end++;
        var name = frame.Function == ModuleEmitter.ComputingFunction ? "computed here" : $"in `{frame.Function}`";
        return new RelatedPlace(source.At(TextSpan.FromBounds(start, Math.Max(end, start + 1))), name);
    }
}

/// <summary>What is to be computed, for whom, and how failures are told.</summary>
/// <param name="Syntax">The expression as written.</param>
/// <param name="Where">Its place.</param>
/// <param name="What">What it is, for messages: <c>the length of an array</c>.</param>
/// <param name="Diagnostics">Takes the messages.</param>
internal sealed record EvaluationRequest(SyntaxNode Syntax, Location Where, string What, DiagnosticBag Diagnostics)
{
    /// <summary>The function it stands in, if any.</summary>
    public FunctionSymbol? Function { get; init; }

    /// <summary>Stands for the code that runs; its variables belong to it.</summary>
    public FunctionSymbol? Symbol { get; init; }

    /// <summary>Variables of that function, which have no value at compile time.</summary>
    public IReadOnlySet<LocalSymbol> Outside { get; init; } = ImmutableHashSet<LocalSymbol>.Empty;

    /// <summary>True when it is an error that it depends on what is known at run time only.</summary>
    public bool IsRequired { get; init; } = true;
}
