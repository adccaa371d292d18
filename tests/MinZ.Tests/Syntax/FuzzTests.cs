using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Syntax;

/// <summary>Whatever the input: no crash, no hang, and a diagnostic when it is wrong.</summary>
public sealed class FuzzTests
{
    private const string Sample = """
        module demo.main;
        import zx.screen as s
        @abi("register: A=x") @inline
        pub fun f?<T: A + B>(mut x: T, p: *const [u8; 4]) -> u8 ? E where T: C {
            let (a, b): (u8, f8.8) = (0x1F, 3.14); var q = [i * 2 for i in 0..10 if i > 1]
            if a == 1 && !b { return x? } else if c { q[1..] } else { z = {1, 2} }
            match x { 1 | 2..3 => a, E.V(n) if n > 'a' => { b() }, _ => return 0 }
            loop q indexed to e, i { e += "s#{i + 1}\n".len }
            let g = |y: u8| => u8 { y << 2 } ; do 3 times { g(1)->h++ }
            asm { ld a, (x) ; comment }
            @print("{a:x} {} {{}}", c ? f?(1) : -d) ?? @error
            try { spawn C } catch e { select { v = ch.receive() => v, _ => yield } }
        }
        struct P<T> { x: u8 = 1, fn m(&self) { P { x: 2 } } }
        enum E: u8 { A = 1, B(u8, s: str), C { d: u8 } }
        interface I: J { fn k(self) } impl I for P { fn k(self) {} }
        actor Act { var n: u32 = 0  fn up() { n += 1 } }
        type B = bits_8 { a: 1, b: 7 }; type F = fn(u8) -> |u8| => u8?
        @lua[[[ print("x") ]]]
        @minz[[[ {0} ]]]("a")
        @if(X) { const Y = 1 } else { global z: u8 }
        test "words" { assert(1 < 2, "m") }
        """;

    [Fact]
    public void The_sample_is_correct() => Assert.Empty(ParseHelp.Parse(Sample).Diagnostics);

    [Fact]
    public void Every_truncation_parses()
    {
        for (int length = 0; length <= Sample.Length; length++)
        {
            Check(Sample[..length]);
        }
    }

    [Fact]
    public void Every_deletion_of_a_character_parses()
    {
        for (int i = 0; i < Sample.Length; i++)
        {
            Check(Sample.Remove(i, 1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Soup_of_tokens_is_reported(int seed)
    {
        string[] words = Sample.Split((char[])[' ', '\n', '(', '{'], StringSplitOptions.RemoveEmptyEntries);
        words = [.. words, "(", ")", "{", "}", "[", "]", ";", "\n", ",", "|", "?", ":", "=>", "->", "@", "\"", "'",
            "#{"];
        var random = new Random(seed);
        for (int round = 0; round < 400; round++)
        {
            string text = string.Join(' ', random.GetItems(words, random.Next(1, 60)));
            Check(text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_bytes_are_reported(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 400; round++)
        {
            byte[] bytes = new byte[random.Next(20, 300)];
            random.NextBytes(bytes);
            SourceText.TryDecode(bytes, "random.minz", out SourceText text, out _);
            Assert.NotEmpty(SyntaxTree.Parse(text).Diagnostics);
        }
    }

    /// <summary>
    /// Parses, and checks what must hold for any input: diagnostics and spans lie in the text and are in order, a
    /// missing node comes with an error, and rendering works.
    /// </summary>
    private static void Check(string text)
    {
        SyntaxTree tree = ParseHelp.Parse(text);
        int last = 0;
        foreach (Diagnostic diagnostic in tree.Diagnostics)
        {
            TextSpan span = diagnostic.Where!.Value.Span;
            Assert.InRange(span.Start, last, text.Length);
            Assert.InRange(span.End, span.Start, text.Length);
            last = span.Start;
            Assert.NotEqual("", Renderer.Text(diagnostic));
        }

        bool hasErrors = tree.Diagnostics.Any(d => d.IsError);
        Assert.True(hasErrors || !SyntaxDump.Of(tree.Root).Contains("<missing>"), text);
        Assert.True(hasErrors || IsBalanced(text), text);
    }

    /// <summary>A correct file has as many { as }; a cheap oracle for lost errors.</summary>
    private static bool IsBalanced(string text) => text.Contains('"') || text.Contains('\'') || text.Contains("asm")
        || text.Contains('/') || text.Contains("[[") || text.Contains("lua")
        || text.Count(c => c == '{') == text.Count(c => c == '}');
}
