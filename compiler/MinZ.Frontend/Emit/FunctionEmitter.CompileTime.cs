using MinZ.Frontend.Binding;
using MinZ.Frontend.CompileTime;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <content>Expressions computed while the program is compiled.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// Emits a function that stores a value in a global and returns its address, or runs an expression without value.
    /// Returns false when the expression needs variables of the function around it.
    /// </summary>
    public bool TryEmitComputation(BoundExpression value, Global? result, IReadOnlySet<LocalSymbol> outside)
    {
        _isComputation = true;
        _b.At(_f.NewEntry());
        At(value.Span);
        if (result is null)
        {
            EmitStatementExpression(value);
        }
        else
        {
            EmitInto(new PlaceRef(Place.Of(result), []), value);
            if (!_b.IsFinished)
                _b.Return(_b.AddressOf(Place.Of(result), []));
        }
        if (!_b.IsFinished)
            _b.Return();
        RemoveUnreachable(_f);
        return !_locals.Keys.Any(outside.Contains) && _symbol.Captures.Count == 0;
    }

    private Value EmitCompileTimeText(BoundCompileTimeText text)
    {
        if (_module.IsForCompileTime)
            _b.Emit(Op.Native, MirType.Void, [Emit(text.Text)], null,
                text.IsSource ? CompileTimeServices.Emit : CompileTimeServices.Note);
        else
            _module.Program.Diagnostics.OnlyAtCompileTime(_source.At(text.Span),
                text.IsSource ? "@emit" : "@static_print");
        return Value.None;
    }

    /// <summary>Emits what generated source means; its places are in that source.</summary>
    private T InSource<T>(SourceText source, Func<T> emit)
    {
        var outer = _source;
        _source = source;
        var result = emit();
        _source = outer;
        return result;
    }
}
