using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>One parsed file: its text, its tree and what was wrong with it.</summary>
public sealed class SyntaxTree
{
    internal SyntaxTree(
        SourceText source, CompilationUnit root, ImmutableArray<TextSpan> comments,
        ImmutableArray<Diagnostic> diagnostics)
    {
        Source = source;
        Root = root;
        Comments = comments;
        Diagnostics = diagnostics;
    }

    /// <summary>The text the spans of all nodes refer to.</summary>
    public SourceText Source { get; }

    /// <summary>The whole file; always there, whatever the diagnostics.</summary>
    public CompilationUnit Root { get; }

    /// <summary>All comments in source order, for formatting.</summary>
    public ImmutableArray<TextSpan> Comments { get; }

    /// <summary>Lexical and syntax errors and warnings in source order.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }
}
