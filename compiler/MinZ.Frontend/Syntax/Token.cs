using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>What stands before a token.</summary>
[Flags]
public enum TokenFlags : byte
{
    /// <summary>Nothing: it touches the token before.</summary>
    None = 0,

    /// <summary>A line ending (perhaps inside a comment).</summary>
    NewLineBefore = 1,

    /// <summary>White space, a comment or a line ending.</summary>
    SpaceBefore = 2,
}

/// <summary>One token; its text is the span in the source.</summary>
public readonly record struct Token(TokenKind Kind, TokenFlags Flags, int Start, int Length)
{
    /// <summary>Offset just after the token.</summary>
    public int End => Start + Length;

    /// <summary>Where it is.</summary>
    public TextSpan Span => new(Start, Length);

    /// <summary>Whether it is the first token of its line.</summary>
    public bool NewLineBefore => (Flags & TokenFlags.NewLineBefore) != 0;

    /// <summary>Whether anything stands between it and the token before.</summary>
    public bool SpaceBefore => (Flags & TokenFlags.SpaceBefore) != 0;
}
