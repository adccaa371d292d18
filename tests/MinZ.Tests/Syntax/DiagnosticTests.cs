using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Syntax;

public sealed class DiagnosticTests
{
    private static Diagnostic Single(string source) => Assert.Single(ParseHelp.Parse(source).Diagnostics);

    [Fact]
    public void One_line_form_is_that_of_MSBuild() =>
        Assert.Equal("test.minz(2,9,2,10): error MZ0021: expected an expression, found ';'",
            Renderer.OneLine(Single("fn f() {\nlet x = ;\n}")));

    [Fact]
    public void Full_form_shows_the_line_the_other_place_and_the_hint() => Assert.Equal("""
        error MZ0029: expected ')', found the end of the file
         --> test.minz:3:11
        3 |     g(1, 2
          |           ^
         ::: test.minz:3:6
        3 |     g(1, 2
          |      - opened here
          = hint: add ')'

        """, Renderer.Text(Single("fn f() {\n\n    g(1, 2")));

    [Fact]
    public void Carets_stand_under_their_text_after_tabs_and_wide_characters() => Assert.Equal("""
        warning MZ0007: unknown escape sequence '\q' means 'q'
         --> test.minz:1:19
        1 |     let s = "語🎮" + "\q"
          |                       ^^
          = hint: write 'q', or '\\q' for a backslash

        """, Renderer.Text(Single("\tlet s = \"語🎮\" + \"\\q\"")));

    [Fact]
    public void Very_long_lines_are_cut_around_the_place()
    {
        var text = Renderer.Text(Single("fn f() { " + string.Concat(Enumerable.Repeat("g(1); ", 100)) + "let x = ; "
            + string.Concat(Enumerable.Repeat("h(2); ", 100)) + "}"));
        var lines = text.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 180));
        Assert.StartsWith("1 | …", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("…", lines[2], StringComparison.Ordinal);
        Assert.Equal(lines[2].IndexOf("let x = ;", StringComparison.Ordinal) + 8, lines[3].IndexOf('^'));
    }

    [Fact]
    public void Colour_changes_nothing_but_escape_sequences()
    {
        Diagnostic diagnostic = Single("fn f() { g(1 }");
        string coloured = Renderer.Text(diagnostic, colour: true);
        Assert.Contains("\u001b[1;31merror MZ0029\u001b[0m", coloured);
        string plain = System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9;]*m", "");
        Assert.Equal(Renderer.Text(diagnostic), System.Text.RegularExpressions.Regex.Replace(plain, " +\n", "\n"));
    }

    [Fact]
    public void A_place_of_many_lines_shows_the_first_three()
    {
        var source = new SourceText("one\ntwo\nthree\nfour\n", "a.minz");
        var bag = new DiagnosticBag();
        bag.NestingTooDeep(source.At(TextSpan.FromBounds(1, source.Length)), 5);
        string text = Renderer.Text(Assert.Single(bag));
        Assert.Contains("3 | three\n  | ^^^^^\n", text);
        Assert.DoesNotContain("four", text);
    }

    [Fact]
    public void Every_code_is_explained()
    {
        Assert.NotEmpty(DiagnosticCodes.All);
        Assert.Equal(DiagnosticCodes.All.Count, DiagnosticCodes.All.Select(c => c.Number).Distinct().Count());
        foreach (DiagnosticCode code in DiagnosticCodes.All)
        {
            Assert.Same(code, DiagnosticCodes.Find(code.Id));
            Assert.InRange(code.Title.Length, 10, 80);
            Assert.InRange(code.Explanation.Length, 20, 1200);
            Assert.All(Renderer.Explain(code).Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        }
    }

    [Theory]
    [InlineData("", 0, 1, 1)]
    [InlineData("ab\ncd", 1, 1, 2)]
    [InlineData("ab\ncd", 2, 1, 3)]
    [InlineData("ab\ncd", 3, 2, 1)]
    [InlineData("ab\r\ncd", 4, 2, 1)]
    [InlineData("ab\rcd", 3, 2, 1)]
    [InlineData("ab\n", 3, 2, 1)]
    public void Offsets_map_to_lines_and_columns(string text, int offset, int line, int column) =>
        Assert.Equal(new LinePosition(line, column), new SourceText(text).PositionOf(offset));
}
