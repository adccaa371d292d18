using Xunit;

namespace MinZ.Tests.Syntax;

public sealed class DeclarationTests
{
    [Theory]
    // Functions
    [InlineData("fn f() {}", "(fn f() (do))")]
    [InlineData("fun f() -> void { }", "(fn f() -> void (do))")]
    [InlineData("fun putc(c: u8) -> u8;", "(fn putc(c:u8) -> u8)")]
    [InlineData("extern fun f(x: u8)\ndeclare fn g()", "(extern fn f(x:u8))\n(extern fn g())")]
    [InlineData("pub fn f(mut x: u8, y: *const u8) { }", "(pub fn f(mut x:u8 y:*const u8) (do))")]
    [InlineData("export fun f() { }", "(export fn f() (do))")]
    [InlineData("fun f?(x: u8) -> u8 ? E { }", "(fn f?(x:u8) -> u8 ? E (do))")]
    [InlineData("fn f() -> u8? { none }", "(fn f() -> u8? (do => none))")]
    [InlineData("fn f<T: A + B, U>(x: T) where U: C { }", "(fn f<T: A + B, U: C>(x:T) (do))")]
    [InlineData("fun P.len(self: *P) -> u8 { self.n }", "(fn P.len(self:*P) -> u8 (do => (. self n)))")]
    [InlineData("fun Box<T>.get(&self) -> T { }", "(fn Box<T>.get(&self) -> T (do))")]
    [InlineData("fn m(&mut self, x: &mut u8) { }", "(fn m(&mut self x:&mut u8) (do))")]
    [InlineData("asm fun out(v: u8) -> void { out (254), a }",
        "(asm fn out(v:u8) -> void (do (asm \" out (254), a \")))")]
    [InlineData("mir fun one() -> u8 { ret 1 }", "(mir fn one() -> u8 (do (mir \" ret 1 \")))")]
    // Attributes
    [InlineData("@abi(\"register: A=x\")\n@inline\nfun f(x: u8) { }",
        "@abi(\"register: A=x\") @inline (fn f(x:u8) (do))")]
    [InlineData("@extern(0x0010) fun f();", "@extern(16) (fn f())")]
    [InlineData("@test(max_tstates: 1200) fn t() { }", "@test(max_tstates: 1200) (fn t() (do))")]
    [InlineData("@abi{ in: a } fun f() { }", "@abi\" in: a \" (fn f() (do))")]
    [InlineData("@target(\"z80\") fn f() { }", "@target(\"z80\") (fn f() (do))")]
    [InlineData("@aligned(256) global t: [u8; 256];", "@aligned(256) (global t:[u8; 256])")]
    // Variables
    [InlineData("let x = 1\nconst N = 5;\nvar y: u8", "(let x 1)\n(const N 5)\n(var y:u8)")]
    [InlineData("global buf: [u8; N] = [0; N]", "(global buf:[u8; N] [0; N])")]
    [InlineData("static mut s: u8 = 0", "(static mut s:u8 0)")]
    [InlineData("pub const A: u8 = 1", "(pub const A:u8 1)")]
    [InlineData("let s: [14]u8 = \"Hello\"", "(let s:[u8; 14] \"Hello\")")]
    // Types
    [InlineData("struct P { x: u8, y: u8 }", "(struct P x:u8 y:u8)")]
    [InlineData("pub struct P {\n pub x: u8\n y: u8 = 3;\n type: u8\n}", "(pub struct P pub x:u8 y:u8=3 type:u8)")]
    [InlineData("struct Box<T> { v: T  fn get(self) -> T { self.v } }",
        "(struct Box<T> v:T (fn get(self) -> T (do => (. self v))))")]
    [InlineData("type P = struct { x: u8 };", "(struct P x:u8)")]
    [InlineData("enum E { A, B = 5, C }", "(enum E A B=5 C)")]
    [InlineData("enum S: u16 {\n Dot\n Box(u8, u8)\n Line { a: u8, b: u8 }\n}",
        "(enum S:u16 Dot Box(u8 u8) Line(a:u8 b:u8))")]
    [InlineData("type Flags = bits_8 { c: 1, z: 1, rest: 6 }", "(bits8 Flags c:1 z:1 rest:6)")]
    [InlineData("type B = bits { a: 3\n b: 5 }", "(bits B a:3 b:5)")]
    [InlineData("type Id = u16;", "(type Id u16)")]
    [InlineData("interface Drawable { fn draw(self)  fn size(self) -> u8 { 1 } }",
        "(interface Drawable (fn draw(self)) (fn size(self) -> u8 (do => 1)))")]
    [InlineData("interface A: B + C {\n fun f(self);\n}", "(interface A: B + C (fn f(self)))")]
    [InlineData("impl Drawable for Circle { fn draw(self) { } }", "(impl Drawable for Circle (fn draw(self) (do)))")]
    [InlineData("impl<T> Box<T> { fun get(&self) -> T { } }", "(impl<T> Box<T> (fn get(&self) -> T (do)))")]
    [InlineData("actor Counter { var count: u32 = 0  fn increment() { count += 1 }  fn get() -> u32 { return count } }",
        "(actor Counter (var count:u32 0) (fn increment() (do (+= count 1))) (fn get() -> u32 (do (return count))))")]
    // Modules
    [InlineData("module a.b;\nimport std\nimport zx.screen as s;",
        "(module a.b)\n(import std)\n(import zx.screen as s)")]
    // Tests
    [InlineData("test \"adds\" { assert(1 + 1 == 2) }", "(test \"adds\" (do => (call assert (== (+ 1 1) 2))))")]
    [InlineData("@test fn adds() { assert_eq(2, 2) }", "@test (fn adds() (do => (call assert_eq 2 2)))")]
    // Metafunctions
    [InlineData("@define(a, b)[[[ fun {0}() {} ]]]\n@define(\"x\", \"y\")",
        "(@define a b \" fun {0}() {} \")\n(@define \"x\" \"y\")")]
    [InlineData("@define(MAX, 10)\nfn f() {}", "(@define MAX 10)\n(fn f() (do))")]
    [InlineData("@minz[[[ @emit(\"fun f{i}() {}\") ]]]", "(@minz \" @emit(\\\"fun f{i}() {}\\\") \")")]
    [InlineData("@lua[[\n print('const A = 1')\n]]\nfn f() {}",
        "(@lua \"\\n print('const A = 1')\\n\")\n(fn f() (do))")]
    [InlineData("@static_assert(1 == 1, \"ok\")", "(@static_assert (== 1 1) \"ok\")")]
    [InlineData("@if(A) { fn f() {} } else { const X = 1 }", "(@if A ((fn f() (do))) ((const X 1)))")]
    [InlineData("@target(\"z80\") { fn f() {} }", "(@target \"z80\" ((fn f() (do))))")]
    [InlineData("@error(\"no\")", "(@error \"no\")")]
    [InlineData("@mir[[[ func f() { ret } ]]]", "(mir \" func f() { ret } \")")]
    [InlineData("asm start { jp main }", "(asm start \" jp main \")")]
    [InlineData("", "")]
    [InlineData("// only a comment", "")]
    public void Parses(string source, string expected) => ParseHelp.File(source, expected);

    [Theory]
    [InlineData("u8")]
    [InlineData("f8.8")]
    [InlineData("f.16")]
    [InlineData("[u8; N + 1]", "[u8; (+ N 1)]")]
    [InlineData("[4]u8", "[u8; 4]")]
    [InlineData("[N]u8", "[u8; N]")]
    [InlineData("[2][3]u8", "[[u8; 3]; 2]")]
    [InlineData("[N + 1]*u8", "[*u8; (+ N 1)]")]
    [InlineData("[]u32")]
    [InlineData("[u8]", "[]u8")]
    [InlineData("*u8")]
    [InlineData("*mut u8")]
    [InlineData("*const Point")]
    [InlineData("&T")]
    [InlineData("&mut T")]
    [InlineData("&&T")]
    [InlineData("(u8, u16)")]
    [InlineData("()")]
    [InlineData("(u8)", "u8")]
    [InlineData("fn(u8, x: u16) -> bool", "fn(u8, u16) -> bool")]
    [InlineData("fun(u8) -> u8", "fn(u8) -> u8")]
    [InlineData("fn() -> fn() -> u32")]
    [InlineData("|u8| => u16", "fn(u8) -> u16")]
    [InlineData("|| => u16", "fn() -> u16")]
    [InlineData("(u8 => u16)", "fn(u8) -> u16")]
    [InlineData("(u8, u8 => u16)", "fn(u8, u8) -> u16")]
    [InlineData("u8?")]
    [InlineData("u8 ? FileError")]
    [InlineData("chan<u8>")]
    [InlineData("Map<str, Box<Box<u8>>>")]
    [InlineData("zx.screen.Color")]
    [InlineData("Self")]
    public void Types_parse_in_every_spelling(string source, string? expected = null)
    {
        expected ??= source;
        ParseHelp.File($"global x: {source} = y", $"(global x:{expected} y)");
        ParseHelp.File($"fn f(x: {source}) -> {source} {{ }}", $"(fn f(x:{expected}) -> {expected} (do))");
        ParseHelp.File($"type X = {source}\ntype Y = {source};", $"(type X {expected})\n(type Y {expected})");
    }
}
