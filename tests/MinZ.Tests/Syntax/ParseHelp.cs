using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Syntax;

/// <summary>Short ways to parse a piece of MinZ and to compare its shape.</summary>
internal static class ParseHelp
{
    public static SyntaxTree Parse(string text) => SyntaxTree.Parse(new SourceText(text, "test.minz"));

    /// <summary>Asserts that a file parses without a diagnostic, and to this shape.</summary>
    public static void File(string text, string expected)
    {
        SyntaxTree tree = Parse(text);
        Assert.Equal("", string.Join('\n', tree.Diagnostics));
        Assert.Equal(expected, SyntaxDump.Of(tree.Root));
    }

    /// <summary>The same for the statements of a function.</summary>
    public static void Body(string statements, string expected) =>
        File($"fn f() {{ {statements} }}", $"(fn f() (do{(expected == "" ? "" : " " + expected)}))");

    /// <summary>The codes and places of a file's diagnostics, as <c>20@1:5 27@2:1</c>.</summary>
    public static string Codes(string text) => string.Join(' ', Parse(text).Diagnostics.Select(
        d => $"{d.Code.Number}@{d.Where!.Value.Start.Line}:{d.Where.Value.Start.Column}"));
}
