using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>One parsed file: its text, its tree and what was wrong with it.</summary>
public sealed class SyntaxTree
{
    private SyntaxTree(
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

    /// <summary>Parses a file. Never fails; look at <see cref="Diagnostics"/>.</summary>
    public static SyntaxTree Parse(SourceText source)
    {
        var diagnostics = new DiagnosticBag();
        var comments = new List<TextSpan>();
        CompilationUnit root = Parser.ParseFile(source, diagnostics, comments);
        comments.Sort((a, b) => a.Start.CompareTo(b.Start));
        return new SyntaxTree(source, root, [.. comments], [.. diagnostics.Sorted()]);
    }

    /// <summary>
    /// Parses input of an interactive session: statements and declarations mixed. The value of the block is that of
    /// the last expression.
    /// </summary>
    public static (Block Block, ImmutableArray<Diagnostic> Diagnostics) ParseScript(SourceText source)
    {
        var diagnostics = new DiagnosticBag();
        Block block = Parser.ParseScript(source, diagnostics, []);
        return (block, [.. diagnostics.Sorted()]);
    }

    /// <summary>Parses a part of a file as statements and declarations, reporting to the bag.</summary>
    internal static Block ParseScript(SourceText source, TextSpan range, DiagnosticBag diagnostics) =>
        Parser.ParseScript(source, range, diagnostics, []);

    /// <summary>Parses a part of a file as declarations, reporting to the bag.</summary>
    internal static CompilationUnit ParseDeclarations(SourceText source, TextSpan range, DiagnosticBag diagnostics) =>
        Parser.ParsePart(source, range, diagnostics, []);
}
