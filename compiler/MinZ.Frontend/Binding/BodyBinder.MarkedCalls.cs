using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Calls written <c>f?(x)</c>, which say themselves that they may fail: where only a value will do and nothing says
/// what to do with an error, it goes to the catch of a <c>try</c>, is passed on if the function can fail, and else
/// stops the program.
/// </summary>
internal sealed partial class BodyBinder
{
    private readonly HashSet<TextSpan> _markedCalls = [];
    private readonly HashSet<LocalSymbol> _markedLocals = [];

    private BoundExpression Marked(CallExpression c, BoundExpression call)
    {
        if (c.IsFallible && _program.IsFallible(call.Type))
            _markedCalls.Add(call.Span);
        return call;
    }

    private bool IsMarked(BoundExpression e) => e switch
    {
        BoundLocal l => _markedLocals.Contains(l.Local),
        BoundCall or BoundIndirectCall or BoundInterfaceCall => _markedCalls.Contains(e.Span),
        _ => false,
    };

    /// <summary>
    /// The value of a marked call, or of a variable that holds what one returned; other expressions as they are.
    /// </summary>
    private BoundExpression ValueOfMarked(BoundExpression e)
    {
        if (!_program.IsFallible(e.Type))
            return e;
        if (_tries.Count > 0 && Unhandled(e) is var handled && !ReferenceEquals(handled, e))
            return handled;
        if (!IsMarked(e))
            return e;
        var isPassedOn = _tries.Count > 0 || _function is { } f && _program.IsFallible(f.Result);
        var stop = new BoundTrap(e.Span, TrapCode.Panic, Literal(e.Span, "an error that nothing handles"));
        return Unwrap(e.Span, e, isPassedOn ? null : stop);
    }
}
