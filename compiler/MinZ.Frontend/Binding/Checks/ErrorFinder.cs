namespace MinZ.Frontend.Binding.Checks;

/// <summary>
/// Finds out whether a bound tree holds something that could not be bound: such a tree is not run or emitted.
/// </summary>
internal sealed class ErrorFinder : BoundWalker
{
    private BoundError? _found;

    /// <summary>True when an error is in the tree.</summary>
    public static bool In(BoundExpression tree) => First(tree) is not null;

    /// <summary>The first error in the tree; null when there is none.</summary>
    public static BoundError? First(BoundExpression tree)
    {
        var finder = new ErrorFinder();
        finder.Visit(tree);
        return finder._found;
    }

    protected override void Visit(BoundExpression e)
    {
        _found ??= e as BoundError;
        if (_found is null)
            base.Visit(e);
    }
}
