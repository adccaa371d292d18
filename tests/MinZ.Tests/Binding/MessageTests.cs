using MinZ.Frontend;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Binding;

/// <summary>What messages say: expected and found, a hint that helps, and the exact place.</summary>
public sealed class MessageTests
{
    private static IReadOnlyList<Diagnostic> Compile(string source, params string[] targets) =>
        Compilation.Compile([new SourceText(source, "main.minz")], new CompilationOptions { Targets = [.. targets] })
            .Diagnostics;

    [Theory]
    [InlineData("fn main() { let count = 1; print(conut) }", "did you mean `count`?")]
    [InlineData("fn paint() {} fn main() { pant() }", "did you mean `paint`?")]
    [InlineData("fn main() { let x: u81 = 1 }", "did you mean `u8`?")]
    [InlineData("struct P { width: u8 } fn main() { let p: P; p.widht = 1 }", "did you mean `width`?")]
    [InlineData("enum Way { Left, Right } fn main() { let w = Way.Rihgt }", "did you mean `Right`?")]
    [InlineData("fn main() { printn(1) }", "did you mean `print`?")]
    [InlineData("fn main() { let w: u16 = 5; let b: u8 = w }", "cast it: `w as u8`")]
    [InlineData("fn main() { let b: u8 = 300 }", "use a wider type, or `as u8` to keep the low bits")]
    [InlineData("fn f() -> u8 { }", "end it with `return …` or with an expression without `;`")]
    [InlineData("@inlin fn main() {}", "did you mean `inline`?")]
    public void Hints_name_the_remedy(string source, string hint) =>
        Assert.Contains(hint, Compile(source).Select(d => d.Hint));

    [Theory]
    [InlineData("fn main() { let x: u8 = ⟦\"a\"⟧ }", "expected `u8`, found `str`")]
    [InlineData("fn f(a: u8) {} fn main() { ⟦f(1, 2)⟧ }", "`f` takes 1 argument, found 2")]
    [InlineData("fn main() { let x = ⟦true + 1⟧ }", "operator `+` is not defined for `bool` and `u8`")]
    [InlineData("fn main() { let a = [1, 2]; print(a[⟦7⟧]) }",
        "index 7 is outside the array, whose elements are 0 to 1")]
    [InlineData("fn main() { ⟦break⟧ }", "`break` is not inside a loop")]
    [InlineData("const A = 1\nfn main() { ⟦A⟧ = 2 }", "`A` is a constant and cannot be changed")]
    [InlineData("import ⟦⟧nowhere\nfn main() {}", "module `nowhere` was not found")]
    [InlineData("fn f(a: u8) {} fn f(a: bool) {} fn main() { ⟦f(\"x\")⟧ }", "no `f` takes (str)")]
    public void Messages_are_at_their_place(string marked, string message)
    {
        var start = marked.IndexOf('⟦');
        var end = marked.IndexOf('⟧') - 1;
        var found = Assert.Single(Compile(marked.Replace("⟦", "").Replace("⟧", "")), d => d.Message == message);
        if (end > start)
            Assert.Equal(TextSpan.FromBounds(start, end), found.Where!.Value.Span);
    }

    [Fact]
    public void A_second_declaration_shows_the_first()
    {
        var found = Assert.Single(Compile("struct A {}\nenum A { B }"), d => d.IsError);
        Assert.Equal(1, Assert.Single(found.Related).Where.Start.Line);
    }

    [Fact]
    public void Assignments_to_plain_let_warn_only_where_mut_is_used()
    {
        Assert.Empty(Compile("fn main() { let a = 1; a = 2; print(a) }"));
        var found = Assert.Single(Compile("fn main() { let mut b = 1; b = 2; let a = 1; a = b; print(a) }"));
        Assert.Equal((BindingCodes.PlainLetAssigned, Severity.Warning), (found.Code, found.Severity));
    }

    [Fact]
    public void Missing_cases_are_named()
    {
        var found = Assert.Single(Compile("enum E { A, B, C } fn f(e: E) { match e { A => {}, _ if 1 > 2 => {} } }"));
        Assert.Equal("the match does not cover `B`, `C`", found.Message);
    }

    [Fact]
    public void Code_for_other_targets_is_left_out()
    {
        const string Source = "@target(\"z80\") { fn f() -> u8 { return 1 } } fn main() { f() }";
        Assert.Empty(Compile(Source, "z80"));
        Assert.Equal(BindingCodes.UnknownName, Assert.Single(Compile(Source, "clr")).Code);
    }
}
