using Xunit;

namespace MinZ.Tests.Syntax;

/// <summary>The programs that show what the language is for.</summary>
public sealed class VisionTests
{
    [Fact]
    public void Addition() => ParseHelp.File("""
        // MinZ source
        fn add(a: u32, b: u32) -> u32 {
            return a + b
        }
        """,
        "(fn add(a:u32 b:u32) -> u32 (do (return (+ a b))))");

    [Fact]
    public void Interfaces() => ParseHelp.File("""
        interface Drawable {
            fn draw(self)
        }

        struct Circle { radius: f32 }
        impl Drawable for Circle {
            fn draw(self) { /* ... */ }
        }
        """,
        """
        (interface Drawable (fn draw(self)))
        (struct Circle radius:f32)
        (impl Drawable for Circle (fn draw(self) (do)))
        """);

    [Fact]
    public void Actors() => ParseHelp.File("""
        actor Counter {
            var count: u32 = 0
            
            fn increment() { 
                count += 1 
            }
            
            fn get() -> u32 { 
                return count 
            }
        }
        """,
        "(actor Counter (var count:u32 0) (fn increment() (do (+= count 1))) (fn get() -> u32 (do (return count))))");

    [Fact]
    public void Generics() => ParseHelp.File("""
        fn swap<T>(a: &mut T, b: &mut T) {
            let temp = *a
            *a = *b
            *b = temp
        }
        """,
        "(fn swap<T>(a:&mut T b:&mut T) (do (let temp (* a)) (= (* a) (* b)) (= (* b) temp)))");

    [Fact]
    public void Closures() => ParseHelp.File("""
        fn make_counter() -> fn() -> u32 {
            let mut count = 0
            return || { count += 1; count }
        }
        """,
        "(fn make_counter() -> fn() -> u32 (do (let mut count 0) (return (lambda () (do (+= count 1) => count)))))");

    [Fact]
    public void Comprehensions() => ParseHelp.File("""
        fn squares(n: u32) -> []u32 {
            return [i * i for i in 0..n]
        }
        """,
        "(fn squares(n:u32) -> []u32 (do (return [(* i i) for i in (.. 0 n)])))");

    [Fact]
    public void Fibonacci() => ParseHelp.File("""
        fn fibonacci(n: u32) -> u32 {
            if n <= 1 {
                return n
            }
            return fibonacci(n - 1) + fibonacci(n - 2)
        }

        fn main() -> u8 {
            let result = fibonacci(10)
            print(result)
            return 0
        }
        """,
        "(fn fibonacci(n:u32) -> u32 (do (if (<= n 1) (do (return n))) "
        + "(return (+ (call fibonacci (- n 1)) (call fibonacci (- n 2))))))\n"
        + "(fn main() -> u8 (do (let result (call fibonacci 10)) (call print result) (return 0)))");
}
