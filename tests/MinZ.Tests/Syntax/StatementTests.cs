using Xunit;

namespace MinZ.Tests.Syntax;

public sealed class StatementTests
{
    [Theory]
    // Variables
    [InlineData("let x = 1;", "(let x 1)")]
    [InlineData("let mut x: u16 = 1", "(let mut x:u16 1)")]
    [InlineData("var n", "(var n)")]
    [InlineData("const N: u8 = 5;", "(const N:u8 5)")]
    [InlineData("global g: u8 = 1;", "(global g:u8 1)")]
    [InlineData("static mut s: u8 = 1;", "(static mut s:u8 1)")]
    [InlineData("let (a, _) = f()", "(let (a, _) (call f))")]
    [InlineData("let _ = f()", "(let _ (call f))")]
    [InlineData("let a: [u8; 3] = {}", "(let a:[u8; 3] {})")]
    [InlineData("let x =\n 5", "(let x 5)")]
    // Loops in every spelling
    [InlineData("while i < 10 { i += 1 }", "(while (< i 10) (do (+= i 1)))")]
    [InlineData("while (i < 10) i += 1;", "(while (< i 10) (do (+= i 1)))")]
    [InlineData("for i in 0..10 { }", "(for i (.. 0 10) (do))")]
    [InlineData("for x in arr { }", "(for x arr (do))")]
    [InlineData("for x! in arr { }", "(for x! arr (do))")]
    [InlineData("for (i, x) in arr.enumerate() { }", "(for (i, x) (call (. arr enumerate)) (do))")]
    [InlineData("for i in 0..p.len { }", "(for i (.. 0 (. p len)) (do))")]
    [InlineData("loop { break }", "=> (loop (do (break)))")]
    [InlineData("loop arr into x { }", "(loop-into x! arr (do))")]
    [InlineData("loop arr ref to x { }", "(loop-ref x! arr (do))")]
    [InlineData("loop arr indexed to x, i { }", "(loop-indexed x i arr (do))")]
    [InlineData("loop at arr -> x { }", "(loop-at x arr (do))")]
    [InlineData("loop at arr -> !x { }", "(loop-at x! arr (do))")]
    [InlineData("loop at into x { }", "(loop-into x! at (do))")]
    [InlineData("do 5 times { }", "(times 5 (do))")]
    [InlineData("do n * 2 times { }", "(times (* n 2) (do))")]
    // If
    [InlineData("if a { } else { }", "=> (if a (do) (do))")]
    [InlineData("if (a) { b() }", "=> (if a (do => (call b)))")]
    [InlineData("if (a) return;", "(if a (return))")]
    [InlineData("if (a) x = 1; else x = 2;", "(if a (= x 1) (= x 2))")]
    [InlineData("if (a) *p = 1;", "(if a (= (* p) 1))")]
    [InlineData("if (a) - b > c { d() }", "=> (if (> (- a b) c) (do => (call d)))")]
    [InlineData("if x == Red { }", "=> (if (== x Red) (do))")]
    [InlineData("if a {\n} else if b {\n}\nelse {\n}", "=> (if a (do) (if b (do) (do)))")]
    // Match in every spelling
    [InlineData("match x { 1 => a(), 2 | 3 => b(), _ => { } }",
        "=> (match x (1 => (call a)) (2 | 3 => (call b)) (_ => (do)))")]
    [InlineData("case x {\n 0..9 => a()\n 'a'..'z' if y => b()\n else => return\n}",
        "=> (match x (0..9 => (call a)) ('97..'122 if y => (call b)) (_ => (return)))")]
    [InlineData("when x { -1 => y = 2; Color.Red => z(); }",
        "=> (match x ((- 1) => (= y 2)) (Color.Red => (call z)))")]
    [InlineData("when { a > 1 => b(), else => c() }", "=> (match (_ if (> a 1) => (call b)) (_ => (call c)))")]
    [InlineData("match s { Shape.Circle(r) => r, Shape::Box(w, _) => w, Dot => 0, mut n => n }",
        "=> (match s (Shape.Circle(r) => r) (Shape.Box(w, _) => w) (Dot => 0) (mut n => n))")]
    [InlineData("match p { (0, y) => y, Point { x: 0, y } => y, \"s\" => 1, true => 2 }",
        "=> (match p ((0, y) => y) (Point { x: 0, y: y } => y) (\"s\" => 1) (true => 2))")]
    [InlineData("match x { 1 => while a { } 2 => let y = 1\n 3 => { b() } 4 => c }",
        "=> (match x (1 => (do (while a (do)))) (2 => (do (let y 1))) (3 => (do => (call b))) (4 => c))")]
    [InlineData("match x { LOW..HIGH => 1, zx.RED => 2 }", "=> (match x (LOW..HIGH => 1) (zx.RED => 2))")]
    // Errors, actors, channels
    [InlineData("try { f()? } catch e { g(e) }", "=> (try (do => (try? (call f))) e (do => (call g e)))")]
    [InlineData("try { f()? } catch (e) { g(e) };", "(try (do => (try? (call f))) e (do => (call g e)))")]
    [InlineData("spawn f(x)", "=> (spawn (call f x))")]
    [InlineData("let c = spawn Counter\nc.inc()", "(let c (spawn Counter)) => (call (. c inc))")]
    [InlineData("yield", "(yield)")]
    [InlineData("yield = 3", "(= yield 3)")]
    [InlineData("select { v = a.receive() => f(v), b.send(1) => { } _ => g() }",
        "=> (select (v = (call (. a receive)) => (call f v)) ((call (. b send) 1) => (do)) (_ => (call g)))")]
    [InlineData("defer close(f);", "(defer (call close f))")]
    [InlineData("defer { a(); b() }", "(defer (do (call a) => (call b)))")]
    // Other languages
    [InlineData("asm { ld a, 1 ; one }", "(asm \" ld a, 1 ; one \")")]
    [InlineData("asm {\n ld a, '}' ; don't {\n ex af, af'\n}", "(asm \"\\n ld a, '}' ; don't {\\n ex af, af'\\n\")")]
    [InlineData("asm delay { nop }", "(asm delay \" nop \")")]
    [InlineData("@asm { di }", "(asm \" di \")")]
    [InlineData("asm(\"ld a, 1\nret\")", "(asm \"ld a, 1\\nret\")")]
    [InlineData("asm(\"add {0}\" : \"=r\"(x) : \"r\"(y), \"r\"(z) : \"af\");",
        "(asm \"add {0}\" (out =r x) (in r y) (in r z) (clobber af))")]
    [InlineData("asm(\"x\" :: \"r\"(y));", "(asm \"x\" (in r y))")]
    [InlineData("mir { %1 = const.u8 1 }", "(mir \" %1 = const.u8 1 \")")]
    [InlineData("@mir[[[ ret ]]]", "(mir \" ret \")")]
    [InlineData("@lua { x = {1, 2} }", "=> (@lua \" x = {1, 2} \")")]
    [InlineData("@lua {\n -- don't }\n s = \"{\"; t = {'{'}\n}",
        "=> (@lua \"\\n -- don't }\\n s = \\\"{\\\"; t = {'{'}\\n\")")]
    [InlineData("@if(DEBUG) { a() } else { b() }", "=> (@if DEBUG (do => (call a)) (do => (call b)))")]
    [InlineData("@target(\"z80\") { a() }", "=> (@target \"z80\" (do => (call a)))")]
    // Local declarations
    [InlineData("fn g() -> u8 { 1 }\ng()", "(fn g() -> u8 (do => 1)) => (call g)")]
    [InlineData("pub fun g() { }", "(pub fn g() (do))")]
    [InlineData("@inline fn g() { }", "@inline (fn g() (do))")]
    [InlineData("@print(\"a\")\nlet x = 1", "(@print (format \"a\")) (let x 1)")]
    [InlineData("struct P { x: u8 }", "(struct P x:u8)")]
    [InlineData(";;", "() ()")]
    [InlineData("{ a(); }", "=> (do (call a))")]
    [InlineData("x = 1;", "(= x 1)")]
    [InlineData("(a, b) = (b, a)", "(= (tuple a b) (tuple b a))")]
    [InlineData("let ref = 1; let to = ref; let at = to; let times = at",
        "(let ref 1) (let to ref) (let at to) (let times at)")]
    public void Parses(string source, string expected) => ParseHelp.Body("\n" + source + "\n", expected);

    /// <summary>Each pair is one source with new lines, and the statements it must be.</summary>
    [Theory]
    [InlineData("a = b\n*p = 1", "(= a b) (= (* p) 1)")]
    [InlineData("a\n-b\n+ c", "a => (+ (- b) c)")]
    [InlineData("f\n(x)", "f => x")]
    [InlineData("f()\n[1, 2]", "(call f) => [1 2]")]
    [InlineData("a\n&b", "a => (& b)")]
    [InlineData("a\n|x| x", "a => (lambda (x) x)")]
    [InlineData("a\n|| b", "=> (|| a b)")]
    [InlineData("a\n&& b", "=> (&& a b)")]
    [InlineData("a\n== b", "=> (== a b)")]
    [InlineData("a\n/ b", "=> (/ a b)")]
    [InlineData("a +\nb", "=> (+ a b)")]
    [InlineData("x = a *\n-b", "(= x (* a (- b)))")]
    [InlineData("a\n.b()\n.c()", "=> (call (. (call (. a b)) c))")]
    [InlineData("a\n?? b", "=> (?? a b)")]
    [InlineData("c\n? a\n: b", "=> (? c a b)")]
    [InlineData("f(a\n- b,\n*c)", "=> (call f (- a b) (* c))")]
    [InlineData("(a\n- b)", "=> (- a b)")]
    [InlineData("[a\n, b]", "=> [a b]")]
    [InlineData("return\nf()", "(return) => (call f)")]
    [InlineData("i++\n++j", "(post++ i) => (pre++ j)")]
    [InlineData("if a { }\n-b", "(if a (do)) => (- b)")]
    [InlineData("if a { } b()", "(if a (do)) => (call b)")]
    [InlineData("x = y\n{ z() }", "(= x y) => (do => (call z))")]
    [InlineData("f(|| {\n a\n -b\n})", "=> (call f (lambda () (do a => (- b))))")]
    [InlineData("a // end\nb", "a => b")]
    [InlineData("a /* one\ntwo */ b", "a => b")]
    public void New_lines_end_statements_that_cannot_go_on(string source, string expected) =>
        ParseHelp.Body("\n" + source + "\n", expected);
}
