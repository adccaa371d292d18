using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MinZ.Backends;
using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;
using TrapCode = MinZ.Mir.TrapCode;

namespace MinZ.Tests.Clr;

/// <summary>The assembly as other tools see it.</summary>
public class ClrAssemblyTests
{
    private const string Game = """
        module game.logic
        file "src/game.minz"
        type Point = struct { u8 x, u8 y }
        type Color = enum { Red, Green = 5 }
        type Shape = enum { Dot, Line(u16) }
        func Point.sum(&Point %self, u8 %more) -> u16 export {
            %a = load %self.x
            %b = load %self.y
            %1 = add.u8 %a, %b
            %2 = add.u8 %1, %more
            %3 = conv.u16 %2
            ret %3
        }
        func greet(str %name) -> str export {
            %1 = const.str "Grüße, "
            %2 = str.concat %1, %name
            ret %2
        }
        func next(Color %c) -> Color export {
            ret 5
        }
        func total([]u8 %xs, [u16; 2] %more) -> (u8, u16) export {
            %first = load %xs[0]
            local [u16; 2] %m
            store %m, %more
            %second = load %m[1]
            %t = tuple.make %first, %second
            ret %t
        }
        func halve(u8 %by) -> u8 export {
            %q = div.u8 100, %by !1:7:9:3
            ret %q !1:8:5:6
        }
        func main() -> u8 !1:10:1:4 {
            call @print, u8 1 !1:11:5:8
            %q = call halve, 0 !1:12:5:8
            ret %q
        }
        """;

    private static EmitResult Emit(string text)
    {
        var read = MirReader.Read(text);
        Assert.True(read.Module is not null, string.Join("\n", read.Errors));
        return Targets.Find("clr")!.Emit(read.Module!, new EmitOptions("game"));
    }

    [Fact]
    public void RunsAsAProgramAndReportsTraps()
    {
        var result = Emit(Game);
        Assert.Equal([".dll", ".pdb", ".runtimeconfig.json"], result.Files.Select(f => f.Extension));
        using var folder = new TemporaryFolder();
        foreach (var f in result.Files)
            folder.Write("game" + f.Extension, [.. f.Bytes]);
        var run = ExternalTool.Require("dotnet").Run([Path.Combine(folder.Path, "game.dll")]);
        Assert.Equal("1\n", run.Output);
        Assert.Equal(
            "trap DivideByZero: division by zero\n   at halve (src/game.minz:7:9)\n   at main (src/game.minz:12:5)\n",
            run.Error.ReplaceLineEndings("\n"));
        Assert.Equal(101, run.ExitCode);
    }

    [Fact]
    public void IsTheSameEachTime()
    {
        var (a, b) = (Emit(Game), Emit(Game));
        for (var n = 0; n < a.Files.Length; n++)
            Assert.Equal(a.Files[n].Bytes.AsSpan(), b.Files[n].Bytes.AsSpan());
        var c = Emit(Game.Replace("100", "101"));
        Assert.NotEqual(Mvid(a), Mvid(c));
    }

    private static Guid Mvid(EmitResult result)
    {
        using var file = new PEReader([.. result.Files[0].Bytes]);
        var reader = file.GetMetadataReader();
        return reader.GetGuid(reader.GetModuleDefinition().Mvid);
    }

    [Fact]
    public void ShowsOrdinaryTypesToOtherLanguages()
    {
        using var program = ClrProgram.Of(Game);
        Assert.Equal("game.logic", program.Class.FullName);
        var point = program.Class.GetNestedType("Point")!;
        Assert.True(point.IsValueType);
        Assert.Equal(["x", "y"], point.GetFields().Select(f => f.Name));
        var p = Activator.CreateInstance(point)!;
        point.GetField("x")!.SetValue(p, (byte)3);
        Assert.Equal((ushort)7, point.GetMethod("sum")!.Invoke(p, [(byte)4]));
        var color = program.Class.GetNestedType("Color")!;
        Assert.True(color.IsEnum);
        Assert.Equal("Green", program.Call("next", Enum.ToObject(color, 0))!.ToString());
        var str = program.Assembly.GetType("MinZ.Runtime.Str")!;
        var name = str.GetMethod("op_Implicit", [typeof(string)])!.Invoke(null, ["Zoë"]);
        Assert.Equal("Grüße, Zoë", program.Call("greet", name)!.ToString());
        Assert.Equal(((byte)5, (ushort)9),
            program.Call("total", new ArraySegment<byte>([4, 5, 6], 1, 2), new ushort[] { 8, 9 }));
        Assert.Equal("by", program.Class.GetMethod("halve")!.GetParameters().Single().Name);
    }

    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance |
        BindingFlags.Public | BindingFlags.NonPublic;

    [Fact]
    public void EveryMethodCompiles()
    {
        using var program = ClrProgram.Of(Game);
        foreach (var type in program.Assembly.GetTypes().Where(t => !t.ContainsGenericParameters))
            foreach (var method in type.GetMethods(All).Where(m => !m.IsGenericMethodDefinition && !m.IsAbstract))
                System.Runtime.CompilerServices.RuntimeHelpers.PrepareMethod(method.MethodHandle);
    }

    [Fact]
    public void TrapsAreThoseOfMir()
    {
        using var program = ClrProgram.Of(Game);
        var codes = program.Assembly.GetType("MinZ.Runtime.TrapCode")!;
        Assert.Equal(Enum.GetNames<TrapCode>(), Enum.GetNames(codes));
        var describe = program.Assembly.GetType("MinZ.Runtime.Traps")!.GetMethod("Describe")!;
        foreach (var code in Enum.GetValues<TrapCode>())
            Assert.Equal(MinZ.Vm.VmTrap.Describe(code), describe.Invoke(null, [Enum.ToObject(codes, (byte)code)]));
    }

    [Fact]
    public void AssemblyCodeIsAWarningAndTraps()
    {
        const string Text = """
            module m
            file "a.minz"
            func test() -> u8 {
                asm z80 "halt" !1:2:3:4
                ret 1
            }
            extern func rom()
            """;
        using var program = ClrProgram.Of(Text);
        Assert.Equal([1103, 1102], program.Result.Messages.Select(m => m.Code));
        Assert.Equal(2, program.Result.Messages[1].Location.Line);
        Assert.Equal("Denied: inline assembly runs on z80 only", program.Trap("test"));
        Assert.Equal("Denied: 'rom' is not part of this program", program.Trap("rom"));
    }

    [Fact]
    public void WhatItCannotDoHasAPlace()
    {
        const string Text = """
            module m
            file "a.minz"
            func many(fn(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8) %f) !1:3:1:9 {
                ret
            }
            func address() -> u16 {
                %b = new.u16 7
                %r = ref *%b
                %a = bitcast.u16 %r !1:9:3:4
                ret %a
            }
            """;
        var result = Emit(Text);
        Assert.Contains(result.Messages, m => m is { Code: 1100, IsError: true, Location.Line: 3, Hint: not null });
        Assert.Empty(result.Files);
        result = Emit(Text.Replace("fn(u8, ", "fn("));
        Assert.Contains(result.Messages, m => m is { Code: 1101, IsError: true, Hint: not null });
        Assert.Empty(result.Files);
    }
}
