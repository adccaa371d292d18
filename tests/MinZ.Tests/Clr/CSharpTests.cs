using System.Text;
using MinZ.Backends;
using MinZ.Mir.Passes;
using MinZ.Tests.Lang;
using Xunit;

namespace MinZ.Tests.Clr;

/// <summary>C# that uses a MinZ library as it would any other.</summary>
public class CSharpTests
{
    private const string Library = """
        interface Shape {
            fn area(self) -> u16
            fn name(self) -> str
            fn grow(self, by: &mut u8)
        }
        struct Square { side: u8 }
        impl Shape for Square {
            fn area(self) -> u16 { return self.side as u16 * self.side }
            fn name(self) -> str { return "square" }
            fn grow(self, by: &mut u8) { self.side += *by; *by = 0 }
        }
        struct Node { value: u16, next: &Node, last: bool }

        fn total(shapes: []Shape) -> u16 {
            let mut sum: u16 = 0
            for s in shapes { sum += s.area() }
            return sum
        }
        fn describe(s: Shape) -> str { return @to_string("{s.name()} of {s.area()}") }
        fn square(side: u8) -> Shape { return Square { side: side } }
        fn side_of(s: Shape) -> u8 { return (s as Square).side }
        fn enlarge(s: Shape, by: &mut u8) { s.grow(by) }

        fn make_counter(start: u16) -> fn() -> u16 {
            let mut n = start
            return || { n += 1; n }
        }
        fn apply(f: fn(u8, str) -> str, times: u8) -> str {
            let mut s = ""
            for i in 0..times { s = f(i, s) }
            return s
        }
        fn reversed(a: [u8; 3]) -> [u8; 3] {
            let b: [u8; 3] = [a[2], a[1], a[0]]
            return b
        }
        fn fill(to: []u16, with: u16) { for i in 0..len(to) { to[i] = with } }
        fn swap(a: &mut u16, b: &mut u16) { let t = *a; *a = *b; *b = t }
        fn node(value: u16, next: &Node, last: bool) -> &Node {
            let n = Node { value: value, next: next, last: last }
            return &n
        }
        fn chain(n: u16) -> &Node {
            let mut at = node(0, null, true)
            for i in 1..n { at = node(i, at, false) }
            return at
        }
        fn length(of: &Node) -> u16 {
            let mut n: u16 = 1
            let mut at: &Node = of
            while !at.last { at = at.next; n += 1 }
            return n
        }
        fn numbers(n: u8) -> chan<u16> {
            let c = chan<u16>(2)
            spawn { for i in 0..n { c.send(i as u16 * 10) }; c.close() }
            return c
        }
        fn divide(a: u8, b: u8) -> u8 { return a / b }
        fn wait() -> u8 { return chan<u8>().receive() }
        """;

    private const string Client = """
        using System;
        using MinZ.Runtime;

        sealed class Circle : test.Shape
        {
            private int _radius = 2;
            public ushort area() => (ushort)(3 * _radius * _radius);
            public Str name() => "circle";
            public void grow(ref byte by) { _radius += by; by = 7; }
        }

        static class Program
        {
            static int Main()
            {
                var own = new Circle();
                test.Shape[] shapes = { own, new test.Square { side = 3 }, test.square(4) };
                Console.WriteLine(test.total(shapes));
                Console.WriteLine((string)test.describe(own));
                Console.WriteLine(shapes[2].name() + " " + test.side_of(shapes[1]) + " " + test.side_of(shapes[2]));
                byte by = 1;
                test.enlarge(own, ref by);
                Console.WriteLine(by + " " + own.area());
                test.enlarge(shapes[2], ref by);
                Console.WriteLine(by + " " + shapes[2].area());

                Func<ushort> a = test.make_counter(10), b = test.make_counter(20);
                Console.WriteLine(a() + " " + a() + " " + b());
                Console.WriteLine((string)test.apply((i, s) => s + i.ToString() + ";", 3));
                Console.WriteLine(string.Join(",", test.reversed(new byte[] { 1, 2, 3 })));
                var numbers = new ushort[] { 1, 2, 3, 4 };
                test.fill(new ArraySegment<ushort>(numbers, 1, 2), 9);
                test.swap(ref numbers[0], ref numbers[3]);
                Console.WriteLine(string.Join(",", numbers));

                ref var chain = ref test.chain(5);
                Console.WriteLine(chain.value + " " + chain.next.Value.value + " " + test.length(ref chain));
                var channel = test.numbers(4);
                ushort n = 0;
                for (var sum = 0; ; sum += n)
                    if (!channel.TryTake(ref n))
                    {
                        Console.WriteLine(sum);
                        break;
                    }

                try { test.divide(1, 0); }
                catch (DivideByZeroException e) { Console.WriteLine(Traps.MessageOf(e)); }
                try { test.side_of(own); }
                catch (TrapException e) { Console.WriteLine(e.Code); }
                try { test.wait(); }
                catch (TrapException e) { Console.WriteLine(e.Message); }
                return 0;
            }
        }
        """;

    private const string Expected = """
        37
        circle of 12
        square 3 4
        7 27
        0 121
        11 12 21
        0;1;2;
        3,2,1
        4,9,9,1
        4 3 5
        60
        division by zero
        WrongVariant
        all threads wait for each other
           main waits to receive at wait (library.minz:60:26)

        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CallsFunctionsWithValuesOfEveryKind(bool optimize)
    {
        using var folder = new TemporaryFolder();
        var compiled = new LangFile("library", "library.minz", Library).Compile("clr");
        Assert.True(compiled.Module is not null, string.Join("\n", compiled.Diagnostics));
        if (optimize)
            Pipeline.Run(compiled.Module!, Pipeline.HighLevel.AsSpan());
        var result = Targets.Find("clr")!.Emit(compiled.Module!, new EmitOptions("library"));
        Assert.True(result.Success, string.Join("\n", result.Messages));
        foreach (var file in result.Files)
            folder.Write("library" + file.Extension, [.. file.Bytes]);
        var run = CSharp.Run(folder, Client);
        Assert.Equal("", run.Error);
        Assert.Equal(Expected, run.Output.ReplaceLineEndings("\n"));
    }
}

/// <summary>The C# compiler of the SDK that runs the tests.</summary>
internal static class CSharp
{
    private const string RuntimeConfig = """
        {
          "runtimeOptions": {
            "tfm": "net10.0",
            "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" }
          }
        }
        """;

    /// <summary>Compiles a program against <c>library.dll</c> in a folder and runs it there.</summary>
    public static ExternalTool.Result Run(TemporaryFolder folder, string source)
    {
        var dotnet = ExternalTool.Require("dotnet");
        // "10.0.100 [/usr/share/dotnet/sdk]", the newest last.
        var sdk = dotnet.Run(["--list-sdks"]).Output.Trim().Split('\n')[^1].Trim().TrimEnd(']').Split(" [");
        var compiler = ExternalTool.RequireFile(Path.Combine(sdk[1], sdk[0], "Roslyn", "bincore", "csc.dll"));
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        folder.Write("client.cs", Encoding.UTF8.GetBytes(source));
        folder.Write("client.runtimeconfig.json", Encoding.UTF8.GetBytes(RuntimeConfig));
        var client = Path.Combine(folder.Path, "client.dll");
        var system = Directory.GetFiles(framework, "System.*.dll")
            .Where(f => !f.EndsWith(".Native.dll", StringComparison.Ordinal));
        string[] references = [.. system, Path.Combine(folder.Path, "library.dll")];
        var built = dotnet.Run(["exec", compiler, "-nologo", "-nostdlib", "-out:" + client,
            .. references.Select(r => "-r:" + r), Path.Combine(folder.Path, "client.cs")]);
        Assert.True(built.ExitCode == 0, built.Output + built.Error);
        return dotnet.Run([client]);
    }
}
