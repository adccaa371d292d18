using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>The built-in <c>inc_and_return</c>.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// Adds one to what an address leads to and yields the result; of a number, yields one more.
    /// </summary>
    private BoundExpression BindIncrement(TextSpan span, BoundExpression e)
    {
        if (AnyError(e))
            return Failed(span);
        e = WithDefaultType(e);
        if (e.Type.IsInteger)
            return MoreByOne(span, e);
        if (e.Type.Element is not { IsInteger: true } || !e.Type.IsAddress)
        {
            _bag.NoOperator(At(span), "++", e.Type.Show());
            return Failed(span);
        }
        var address = new BoundLocal(span, Hidden("counted", e.Type));
        var target = new BoundDereference(span, address);
        var step = new BoundExpressionStatement(new BoundAssignment(span, target, MoreByOne(span, target)));
        return new BoundBlock(span, [new BoundDeclare(span, address.Local, e), step], target, target.Type);
    }

    private static BoundBinary MoreByOne(TextSpan span, BoundExpression e) =>
        new(span, Op.Add, e, new BoundLiteral(span, e.Type, 1));
}
