using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Patterns that always match: of <c>let</c>, loops and parameters of lambdas.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>Declares the names of a pattern for the parts of a value. Evaluates the value once.</summary>
    private ImmutableArray<BoundStatement> TakeApart(Pattern pattern, BoundExpression value, bool mutable)
    {
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        TakeApart(pattern, value, mutable, statements);
        return statements.ToImmutable();
    }

    /// <summary>
    /// <c>let (mut a, mut b) = (0, 1)</c>: a variable for each item, as if each were declared alone. All are evaluated
    /// before the first name is known.
    /// </summary>
    private BoundSequence TakeItems(VariableDeclaration v, TuplePattern names, TupleLiteral items, bool mutable)
    {
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        var values = names.Elements.Zip(items.Elements, (name, item) =>
        {
            var inferred = false;
            var parts = name is NamePattern && HasSoftParts(item) ? item : null;
            var value = parts is not null ? FirstParts(item) : Unhandled(Bind(item, null));
            if (name is NamePattern)
                value = FirstValue(value, name, out inferred);
            var concrete = Concrete(WithDefaultType(value), name, item.Span);
            return (Name: name, Value: concrete, IsInferred: inferred, Parts: parts);
        }).ToArray();
        foreach (var (name, value, inferred, parts) in values)
        {
            if (name is NamePattern n)
                statements.Add(Declare(n, value, mutable, inferred ? n : null, parts));
            else
                TakeApart(name, value, mutable, statements);
        }
        return new BoundSequence(v.Span, statements.ToImmutable());
    }

    private BoundDeclare Declare(NamePattern name, BoundExpression value, bool mutable, object? key = null,
        Expression? parts = null, BoundExpression? softValue = null)
    {
        var local = new LocalSymbol(name.Name.Text, value.Type)
        {
            IsMutable = mutable || name.IsMutable, Where = At(name.Span), Owner = _function, InferenceKey = key,
            LoopDepth = _rounds.Count, SoftParts = parts, SoftValue = softValue,
            StaticInitial = !AnyError(value) && IsConstant(value) && value is not BoundFunctionValue ? value : null,
        };
        _scope.Declare(local);
        return new BoundDeclare(name.Span, local, AnyError(value) ? null : value);
    }

    private void TakeApart(Pattern pattern, BoundExpression value, bool mutable,
        ImmutableArray<BoundStatement>.Builder statements)
    {
        switch (pattern)
        {
            case NamePattern name:
                statements.Add(Declare(name, value, mutable));
                break;
            case WildcardPattern or MissingPattern:
                if (!value.IsPlace && !AnyError(value))
                    statements.Add(new BoundExpressionStatement(value));
                break;
            case TuplePattern tuple:
                var types = TypesOfParts(value, tuple);
                value = Held(value, statements);
                for (var i = 0; i < tuple.Elements.Length; i++)
                    TakeApart(tuple.Elements[i], types is { } known
                        ? new BoundField(tuple.Elements[i].Span, value, i, known[i])
                        : Failed(tuple.Elements[i].Span), mutable, statements);
                break;
            case StructPattern s:
                TakeFields(s, Held(value, statements), mutable, statements);
                break;
            default:
                _bag.BadPattern(At(pattern.Span), "this pattern may not match; only `match` and `if` can try it");
                break;
        }
    }

    private void TakeFields(StructPattern pattern, BoundExpression value, bool mutable,
        ImmutableArray<BoundStatement>.Builder statements)
    {
        if (value.Type is not StructType structure || value.Type.IsError())
        {
            if (!AnyError(value))
                _bag.BadPattern(At(pattern.Span), $"a struct pattern cannot match {value.Type.Show()}");
            foreach (var f in pattern.Fields)
                TakeApart(f.Pattern, Failed(f.Span), mutable, statements);
            return;
        }
        foreach (var f in pattern.Fields)
        {
            var i = structure.IndexOf(f.Name.Text);
            if (i < 0)
                ReportUnknownField(f.Name, structure);
            TakeApart(f.Pattern, i < 0 ? Failed(f.Span)
                : new BoundField(f.Span, value, i, structure.Fields[i].Type), mutable, statements);
        }
    }

    /// <summary>The value as a place that can be read several times.</summary>
    private BoundExpression Held(BoundExpression value, ImmutableArray<BoundStatement>.Builder statements)
    {
        value = Dereferenced(value);
        if (AnyError(value) || value is BoundLocal)
            return value;
        var whole = Hidden("whole", value.Type);
        statements.Add(new BoundDeclare(value.Span, whole, value));
        return new BoundLocal(value.Span, whole);
    }

    /// <summary>What a tuple pattern's parts are; null after a report.</summary>
    private ImmutableArray<MirType>? TypesOfParts(BoundExpression value, TuplePattern pattern)
    {
        var type = value.Type.IsAddress ? value.Type.Element! : value.Type;
        if (type is Mir.TupleType tuple && tuple.Items.Length == pattern.Elements.Length)
            return tuple.Items;
        if (!value.Type.IsError())
            _bag.TypeMismatch(At(pattern.Span), $"a tuple of {pattern.Elements.Length}", value.Type.Show(), null);
        return null;
    }

    /// <summary>Statements that take apart the parameters which are patterns.</summary>
    private ImmutableArray<BoundStatement> PartsOfParameters(FunctionSymbol function) =>
        [.. function.ParameterPatterns.SelectMany(p => TakeApart(p.Pattern,
            new BoundLocal(p.Pattern.Span, function.ParameterLocals[p.Parameter]), true))];
}
