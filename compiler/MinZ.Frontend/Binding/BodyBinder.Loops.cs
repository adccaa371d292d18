using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Iteration, rewritten as plain loops over an index.</summary>
internal sealed partial class BodyBinder
{
    private BoundStatement? BindFor(ForStatement f) =>
        InScope(() => f.Iterable is RangeExpression range ? BindForRange(f, range) : BindForEach(f));

    private BoundStatement? BindForRange(ForStatement f, RangeExpression range)
    {
        if (range.Start is null || range.End is null)
        {
            Unsupported(range, "a range without both ends in a loop");
            return null;
        }
        var (start, end) = (Read(ValueOfMarked(Bind(range.Start, null))), Read(ValueOfMarked(Bind(range.End, null))));
        return ForRange(f, start, end, range.IsInclusive);
    }

    private BoundSequence? ForRange(ForStatement f, BoundExpression start, BoundExpression end, bool isInclusive)
    {
        if (start is BoundUntyped first && end is BoundUntyped final && first.Value > final.Value && !_module.IsLibrary)
            _bag.EmptyRange(At(f.Iterable.Span), "the loop never runs");
        var type = TypeOfRange(start, end, f.Iterable.Span);
        if (type.IsError())
        {
            DeclareElement(f.Element, type);
            InLoop(new LoopSymbol(), () => BindBlock(f.Body, MirType.Void));
            return null;
        }
        var isSoft = IsSoft(start) && IsSoft(end);
        var reach = ReachOf(start, end, isInclusive);
        (start, end) = (Convert(start, type), Convert(end, type));
        var i = DeclareElement(f.Element, type, isSoft: isSoft);
        i.Reach = reach;
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        var (last, isHeld) = (end, !Folding.TryConstant(end, out _));
        if (isHeld)
            last = new BoundLocal(end.Span, Hidden("end", type));
        var (counter, loop) = CountingLoop(f, i, last, isInclusive);
        statements.Add(new BoundDeclare(start.Span, counter, start));
        if (isHeld)
            statements.Add(new BoundDeclare(end.Span, ((BoundLocal)last).Local, end));
        statements.Add(loop);
        return new BoundSequence(f.Span, statements.ToImmutable());
    }

    /// <summary>What a variable runs through from one number to another; null when the ends are not known.</summary>
    private static (Int128, Int128)? ReachOf(BoundExpression start, BoundExpression end, bool isInclusive) =>
        start is BoundUntyped a && end is BoundUntyped b
            ? (a.Value, Int128.Max(a.Value, b.Value - (isInclusive ? 0 : 1))) : null;

    /// <summary>The type of the variable: that of the ends; for numbers alone the smallest that holds both.</summary>
    private MirType TypeOfRange(BoundExpression start, BoundExpression end, TextSpan span)
    {
        if (AnyError(start, end))
            return Special.Error;
        if (start is BoundUntyped a && end is BoundUntyped b)
            return Folding.SmallestFor(Int128.Min(a.Value, b.Value), Int128.Max(a.Value, b.Value));
        (start, end) = Meet(start, end, Folding.CommonForCompare);
        if (start.Type == end.Type && start.Type.IsInteger)
            return start.Type;
        _bag.NotARange(At(span), start.Type.Show(), end.Type.Show(),
            start.Type.Kind == TypeKind.Str ? "strings are joined with `+`" : null);
        return Special.Error;
    }

    private (LocalSymbol Counter, BoundLoop Loop) CountingLoop(
        ForStatement f, LocalSymbol i, BoundExpression end, bool isInclusive)
    {
        var span = f.Iterable.Span;
        var loop = new LoopSymbol();
        var inside = _function?.Nested.Count;
        var rounds = i.Reach is var (first, final) ? final - first + 1 : (Int128?)null;
        var body = InRounds(rounds, () => InLoop(loop, () => (BoundExpression)BindBlock(f.Body, MirType.Void)));
        var variable = new BoundLocal(span, i);
        if (_function?.Nested.Count != inside)
        {
            // Functions made in different rounds see different variables.
            variable = new BoundLocal(span, Hidden("round", i.Type));
            body = InRound(body, [new BoundDeclare(span, i, variable)]);
        }
        BoundStatement step = new BoundExpressionStatement(new BoundAssignment(span, variable,
            new BoundBinary(span, Op.Add, variable, new BoundLiteral(span, i.Type, 1))));
        if (isInclusive)
        {
            // Stops before the step, which would wrap behind the largest value of the type.
            loop.HasBreak = true;
            var last = new BoundIf(span, new BoundCompare(span, Op.CmpEq, variable, end),
                new BoundLeave(span, loop, false, null), null, MirType.Void);
            step = new BoundSequence(span, [new BoundExpressionStatement(last), step]);
        }
        var test = new BoundCompare(span, isInclusive ? Op.CmpLe : Op.CmpLt, variable, end);
        return (variable.Local, new BoundLoop(f.Span, loop, test, body, step));
    }

    private static BoundBlock InRound(BoundExpression body, ImmutableArray<BoundStatement> before) =>
        new(body.Span, [.. before, new BoundExpressionStatement(body)], null, body.Type);

    private LocalSymbol DeclareElement(Pattern pattern, MirType type, bool alias = false, bool isSoft = false,
        object? key = null)
    {
        if (pattern is NamePattern name)
        {
            var local = new LocalSymbol(name.Name.Text, type)
            {
                IsMutable = true, Where = At(name.Span), Owner = _function, IsAlias = alias,
                IsSoftSource = isSoft, InferenceKey = key,
            };
            _scope.Declare(local);
            return local;
        }
        if (pattern is not WildcardPattern and not MissingPattern)
            _bag.NotSupported(At(pattern.Span), "this pattern as loop variable", "use a name");
        return Hidden("element", type);
    }

    /// <summary>Says that a value has no elements to run over.</summary>
    private void ReportNotIterable(BoundExpression sequence, TextSpan span)
    {
        // A pointer was followed to see whether it points to elements.
        if (sequence is BoundDereference { Address.Type: Mir.PointerType pointer })
            _bag.NotIterable(At(span), pointer.Show(),
                $"nothing says where it ends: write `for i in 0..n {{ … {Quote(span)}[i] … }}`");
        else
            _bag.NotIterable(At(span), sequence.Type.Show(), sequence.Type.IsInteger
                ? $"a range of numbers is written `0..{Quote(span)}`"
                : sequence.Type.IsFloat ? "a range is written `0..10`" : null);
    }

    private BoundStatement? BindForEach(ForStatement f)
    {
        if (BindForChain(f) is { } chain)
            return chain;
        var (element, index) = (f.Element, f.Index);
        var sequence = Dereferenced(WithDefaultType(Bind(Iterated(f.Iterable), null)));
        if (EndsOf(sequence) is var (held, start, end, isInclusive))
            return ForRange(f, start, end, isInclusive) is { } loop
                ? new BoundSequence(f.Span, [.. held, loop]) : null;
        if (!AnyError(sequence) && !HasLength(sequence.Type) && _program.FindMethod(sequence.Type, "iter") is not null)
            sequence = Dereferenced(Bind(Elements(f.Iterable), null));
        // `for (i, v) in a` counts, unless the elements are pairs themselves.
        if (element is TuplePattern { Elements: [NamePattern first, var second] } &&
            (IsEnumerated(f.Iterable) || sequence.Type.Element is not Mir.TupleType { Items.Length: 2 }))
            (element, index) = (second, first.Name);
        if (sequence.Type is ChannelType && index is null)
            return ForChannel(f, element, sequence);
        if (!AnyError(sequence) && !HasLength(sequence.Type))
        {
            ReportNotIterable(sequence, f.Iterable.Span);
            sequence = Failed(f.Iterable.Span);
        }
        if (AnyError(sequence))
        {
            DeclareElement(element, Special.Error);
            if (index is { } bad)
                _scope.Declare(new LocalSymbol(bad.Text, Special.Error));
            InLoop(new LoopSymbol(), () => BindBlock(f.Body, MirType.Void));
            return null;
        }
        return EachLoop(f, element, index, sequence);
    }

    /// <summary><c>a.iter()</c> and <c>a.enumerate()</c> in the head of a loop are the sequence itself.</summary>
    private static Expression Iterated(Expression syntax) => syntax is CallExpression
    {
        Arguments: [], Callee: MemberExpression { Name.Text: "iter" or "enumerate", Target: var target },
    }
        ? Iterated(target)
        : syntax;

    /// <summary>The call of the method that yields the elements of a collection.</summary>
    private static CallExpression Elements(Expression collection)
    {
        var iter = new Identifier("iter", collection.Span);
        var member = new MemberExpression(collection.Span, Iterated(collection), MemberAccess.Dot, iter, []);
        return new CallExpression(collection.Span, member, [], false);
    }

    private static bool IsEnumerated(Expression syntax) => syntax is CallExpression
    {
        Arguments: [], Callee: MemberExpression { Name.Text: "enumerate" },
    };

    private BoundSequence EachLoop(ForStatement f, Pattern element, Identifier? index, BoundExpression sequence)
    {
        var span = f.Iterable.Span;
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        if (!sequence.IsPlace || sequence.Type.Kind != TypeKind.Array)
        {
            var holder = Hidden("sequence", sequence.Type);
            statements.Add(new BoundDeclare(span, holder, sequence));
            sequence = new BoundLocal(span, holder);
        }
        var counter = sequence.Type is Mir.ArrayType { Length: <= 255 } ? MirType.U8 : MirType.U16;
        var i = index is { } named
            ? new LocalSymbol(named.Text, counter) { IsMutable = true, Where = At(named.Span), Owner = _function }
            : Hidden("index", counter);
        if (index is not null)
            _scope.Declare(i);
        var at = index is null ? i : Hidden("index", counter);
        var position = new BoundLocal(span, at);
        statements.Add(new BoundDeclare(span, at, new BoundLiteral(span, counter, 0)));
        BoundExpression length = sequence.Type is Mir.ArrayType array
            ? new BoundLiteral(span, counter, array.Length)
            : new BoundLength(span, sequence);
        var declare = Element(f, element, sequence, position);
        if (index is not null)
            declare = declare.Insert(0, new BoundDeclare(span, i, position));
        var loop = new LoopSymbol();
        var rounds = sequence.Type is Mir.ArrayType counted ? counted.Length : (Int128?)null;
        var round = InRound(InRounds(rounds, () => InLoop(loop, () => BindBlock(f.Body, MirType.Void))), declare);
        var step = new BoundExpressionStatement(new BoundAssignment(span, position,
            new BoundBinary(span, Op.Add, position, new BoundLiteral(span, counter, 1))));
        statements.Add(new BoundLoop(f.Span, loop, new BoundCompare(span, Op.CmpLt, position, length), round, step));
        return new BoundSequence(f.Span, statements.ToImmutable());
    }

    /// <summary>
    /// The variable of one round: a copy of the element or its parts, or a reference that stands for it.
    /// </summary>
    private ImmutableArray<BoundStatement> Element(
        ForStatement f, Pattern pattern, BoundExpression sequence, BoundExpression position)
    {
        var span = f.Element.Span;
        BoundExpression item = sequence.Type.Kind == TypeKind.Str
            ? new BoundStringByte(span, sequence, position)
            : new BoundIndex(span, sequence, position, sequence.Type.Element!);
        if (!f.ByReference || !item.IsPlace)
        {
            if (pattern is TuplePattern or StructPattern)
                return TakeApart(pattern, item, true);
            return [new BoundDeclare(span, DeclareElement(pattern, item.Type, isSoft: IsSoft(item)), item)];
        }
        var type = new ReferenceType(item.Type, true);
        var alias = DeclareElement(pattern, type, alias: true, key: KeyOf(item));
        return [new BoundDeclare(span, alias, new BoundAddressOf(span, item, type))];
    }
}
