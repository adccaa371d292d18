using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Syntax;

public sealed class RecoveryTests
{
    [Theory]
    // Characters and literals
    [InlineData("fn f() { let x = 1 $ 2 }", "1@1:20")]
    [InlineData("fn f() { “hi” }", "1@1:10 1@1:13")]
    [InlineData("fn f() {} /* open", "3@1:11")]
    [InlineData("fn f() { a(\"open)\n}", "4@1:12")]
    [InlineData("fn f() { let c = 'ab'\nlet d = ''\nlet e = 'x }", "6@1:18 6@2:9 5@3:9")]
    [InlineData("let s = \"a\\q\\!\"", "7@1:11 7@1:13")]
    [InlineData("let s = \"\\x1\"", "8@1:10")]
    [InlineData("let a = 0x\nlet b = 0b12\nlet c = 12ab\nlet d = 1.5x\nlet e = 7u8", "9@1:9 9@2:9 9@3:9 9@4:9 9@5:9")]
    [InlineData("let a = 18446744073709551616", "10@1:9")]
    [InlineData("asm {\n nop\n", "11@1:5")]
    [InlineData("@lua[[[ x ]]", "11@1:5")]
    // Missing parts
    [InlineData("fn f() { let = 1 }", "24@1:14")]
    [InlineData("fn f() { let x = }", "21@1:18")]
    [InlineData("fn f() { let x: = 1 }", "22@1:17")]
    [InlineData("fn f() { x = 1 + }", "21@1:18")]
    [InlineData("fn f( { }", "24@1:7")]
    [InlineData("fn f(a, b: u8) { }", "20@1:7")]
    [InlineData("fn f(a: u8 { }", "29@1:12")]
    [InlineData("fn () { }", "24@1:4")]
    [InlineData("fn f() { g(1, 2 }", "29@1:17")]
    [InlineData("fn f() { a[1 }", "29@1:14")]
    [InlineData("fn f() { if { } }", "21@1:13")]
    [InlineData("fn f() { if a b() }", "20@1:15")]
    [InlineData("fn f() { match x { 1 a } }", "20@1:22")]
    [InlineData("fn f() { match x { => a } }", "23@1:20")]
    [InlineData("fn f() { for x of y { } }", "20@1:16")]
    [InlineData("fn f() { do 5 { } }", "20@1:15")]
    [InlineData("fn f() { try { } }", "20@1:18")]
    [InlineData("fn f() { loop a { } }", "20@1:17")]
    [InlineData("struct { x: u8 }", "24@1:8")]
    [InlineData("struct P { x u8 }", "35@1:12")]
    [InlineData("enum E { A, , B }", "24@1:13")]
    [InlineData("type X u8", "20@1:8")]
    [InlineData("interface I { x: u8 }\nfn g() {}", "26@1:15")]
    [InlineData("impl { fn f() {} }", "22@1:6")]
    [InlineData("@inline", "32@1:1")]
    [InlineData("pub import x", "33@1:1")]
    // Statements that are not ended, stray brackets
    [InlineData("fn f() { let x = 1 let y = 2 }", "27@1:20")]
    [InlineData("fn f() { a b c\n d e }", "27@1:12 27@2:4")]
    [InlineData("fn f() { x := 5 }", "35@1:12")]
    [InlineData("fn f() { a() ) ; b() }", "28@1:14")]
    [InlineData("fn f() { } }\nfn g() { }", "28@1:12")]
    [InlineData("fn f() {\n if a {\n b()\n}\n\nfn g() {\n}\n", "29@3:5")]
    [InlineData("fn f() {", "29@1:9")]
    [InlineData("x = 1\nfn f() { }", "25@1:1")]
    // Format strings
    [InlineData("fn f() { @print(\"{x\") }", "34@1:18")]
    [InlineData("fn f() { @print(\"{x y}\") }", "36@1:21")]
    [InlineData("fn f() { @print(\"{1 +}\") }", "21@1:22")]
    // Recovery inside lists and heads
    [InlineData("fn f(a u8, b: ) { c( }", "20@1:8")]
    [InlineData("fn f() { g(1 2, 3 4) }", "20@1:14 20@1:19")]
    [InlineData("fn f() { x = [1 2] }", "20@1:17")]
    [InlineData("fn f() { while a do { b( } }", "35@1:18")]
    [InlineData("struct P { x: u8 y: , z: u8 }", "20@1:18 22@1:21")]
    [InlineData("fn f() { match x { 1: a(), 2 -> b() } }", "35@1:21")]
    // Other languages
    [InlineData("let a: u8[10]\nlet b: u8[] = c", "35@1:10 35@2:10")]
    [InlineData("fn f() { let y := 3 }", "35@1:16")]
    [InlineData("void f(int a) { }", "35@1:1")]
    [InlineData("fn f() { switch x { 1 => 2 } }", "35@1:10")]
    [InlineData("func f() { }", "35@1:1")]
    [InlineData("class P { x: u8 }", "35@1:1")]
    [InlineData("fn f() { if a { } elif b { } }", "35@1:19")]
    [InlineData("fn f() { for (i = 0; i < 3; i++) { a() } }", "35@1:14")]
    [InlineData("fn f(): u8 { }", "35@1:7")]
    [InlineData("struct P { let x: u8 }", "35@1:12")]
    [InlineData("using System;", "35@1:1")]
    // Warnings
    [InlineData("let u16 a = 1\nglobal u8 x;", "31@1:5 31@2:8")]
    public void Each_error_is_reported_once_at_its_place(string source, string expected) =>
        Assert.Equal(expected, ParseHelp.Codes(source));

    [Fact]
    public void What_follows_an_error_is_still_parsed()
    {
        const string Source = """
            fn a( { }
            fn b() { let x = ; let y = 2 }
            struct S { x: , y: u8 }
            fn c() { g(1, }
            const N = 3
            """;
        string dump = SyntaxDump.Of(ParseHelp.Parse(Source).Root);
        Assert.Contains("(let y 2)", dump);
        Assert.Contains("y:u8", dump);
        Assert.EndsWith("(const N 3)", dump);
    }

    [Fact]
    public void Many_errors_in_one_file_are_reported_in_order()
    {
        string source = string.Join('\n', Enumerable.Range(0, 40).Select(i =>
            $"fn f{i}() {{\n    let x = {i} + \n    g({i};\n}}"));
        var diagnostics = ParseHelp.Parse(source).Diagnostics;
        Assert.Equal(40, diagnostics.Length);
        Assert.All(diagnostics, d => Assert.Equal(SyntaxCodes.UnclosedBracket, d.Code));
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => i * 4 + 3), diagnostics.Select(d => d.Where!.Value.Start.Line));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("-")]
    [InlineData("f(")]
    [InlineData("if a { ")]
    [InlineData("|x| ")]
    [InlineData("match x { 1 => ")]
    [InlineData("a ?? ")]
    [InlineData("a = ")]
    [InlineData("a + ")]
    [InlineData("a.b")]
    [InlineData("c ? ")]
    [InlineData("if a { } else ")]
    [InlineData("fn g() { ")]
    [InlineData("@if(a) { } else ")]
    [InlineData("*", "x as ")]
    [InlineData("(", "x as ")]
    [InlineData("[", "let a: ")]
    [InlineData("fn(", "let a: ")]
    [InlineData("\"#{")]
    public void Hostile_nesting_is_an_error_and_no_crash(string part, string before = "")
    {
        string source = "fn f() { " + before + string.Concat(Enumerable.Repeat(part, 20_000));
        Assert.NotEmpty(ParseHelp.Parse(source).Diagnostics);
        Assert.True(ParseHelp.Parse(source).Diagnostics.Count(d => d.Code == SyntaxCodes.NestingTooDeep) <= 1);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_found()
    {
        Assert.True(SourceText.TryDecode("\uFEFFfn ż"u8, "a.minz", out SourceText text, out _));
        Assert.Equal("fn ż", text.Text);
        Assert.False(SourceText.TryDecode([0x66, 0x6E, 0xC5, 0x20], "a.minz", out _, out int bad));
        Assert.Equal(2, bad);
    }
}
