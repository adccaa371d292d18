using MinZ.Mir;
using MinZ.Mir.Linking;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

public class LinkerTests
{
    private static Module Read(string text, string path)
    {
        var read = MirReader.Read(text, path: path);
        Assert.True(read.Errors.IsEmpty, string.Join("\n", read.Errors));
        Assert.Empty(Verifier.Verify(read.Module!));
        return read.Module!;
    }

    private static readonly string Game = """
        module game
        type Point = struct { u8 x, box<Point> next }
        type Unused = struct { u8 x }
        type State = struct { u16 lives }
        const u8 const.1 = 7
        global u8 unused
        extern func distance(Point %a) -> u16
        extern func helper2<T>(T %a) -> T
        extern func beep() abi(rst, address = 8)
        func main() -> u8 {
            local Point %p
            local State %s
            %v = load %p
            %d = call distance, %v
            %x = call helper2<u8>, 3
            call helper
            call beep
            %r = load const.1
            ret %r
        }
        func helper() {
            ret
        }
        func dead() {
            call dead
            ret
        }
        """;

    private static readonly string Library = """
        module lib
        type Point = struct { u8 x, box<Point> next }
        type State = struct { u8 other }
        type Shape = interface { func area(self) -> u16 }
        impl Shape for Point { area = distance.of }
        impl Shape for State { area = state.area }
        const u16 const.1 = 9
        func distance(Point %a) -> u16 export {
            local Point %p
            store %p, %a
            %r = ref %p
            %i = iface.make Shape, %r
            %d = call.interface Shape.area, %i
            %k = load const.1
            %x = add %d, %k
            call helper, %x
            ret %x
        }
        func distance.of(&Point %p) -> u16 {
            ret 1
        }
        func state.area(&State %p) -> u16 {
            ret 1
        }
        func helper(u16 %x) {
            ret
        }
        func helper2<U>(U %a) -> U export {
            ret %a
        }
        test func works "it works" {
            ret
        }
        """;

    [Fact]
    public void ModulesBecomeOneProgram()
    {
        var modules = new[] { Read(Game, "game.mir"), Read(Library, "lib.mir") };
        var before = modules.Select(m => MirWriter.Write(m)).ToArray();
        var link = Linker.Link(modules);
        Assert.Empty(link.Errors);
        var program = link.Module!;
        Assert.Empty(Verifier.Verify(program));
        Assert.Equal(["Point", "Unused", "State", "lib.State", "Shape"], program.Types.Select(t => t.Name));
        Assert.Equal(["const.1", "unused", "lib.const.1"], program.Globals.Select(g => g.Name));
        Assert.Equal(["beep", "main", "helper", "dead", "distance", "distance.of", "state.area", "lib.helper",
            "helper2", "works"],
            program.Functions.Select(f => f.Name));
        Assert.Equal(["game.mir", "lib.mir"], program.Files);
        Assert.Equal(2, program.FindFunction("distance")!.Location.File);
        Assert.Equal(before, modules.Select(m => MirWriter.Write(m)));
        Assert.Equal(MirWriter.Write(program), MirWriter.Write(MirReader.Read(MirWriter.Write(program)).Module!));
    }

    [Fact]
    public void WhatNothingReachesGoes()
    {
        var program = Linker.Link([Read(Game, "game.mir"), Read(Library, "lib.mir")]).Module!;
        var kept = program.Clone();
        TreeShaking.Run(program);
        Assert.Empty(Verifier.Verify(program));
        Assert.Equal(["Point", "State", "Shape"], program.Types.Select(t => t.Name));
        Assert.Equal(["const.1", "lib.const.1"], program.Globals.Select(g => g.Name));
        Assert.Equal(["beep", "main", "helper", "distance", "distance.of", "lib.helper", "helper2"],
            program.Functions.Select(f => f.Name));
        Assert.Single(program.Implementations);
        TreeShaking.Run(kept, new ShakeOptions(KeepTests: true));
        Assert.NotNull(kept.FindFunction("works"));
    }

    [Theory]
    [InlineData("func f() export {\n ret\n}", "func f() export {\n ret\n}", "both define 'f'")]
    [InlineData("func main() {\n ret\n}", "func main() {\n ret\n}", "both define 'main'")]
    [InlineData("extern func f(u8)", "func f(u16 %x) export {\n ret\n}", "declare the function 'f' differently")]
    [InlineData("extern func f()", "func f() {\n ret\n}", "no module defines the function 'f'")]
    [InlineData("type A = struct { u8 x } export", "type A = struct { u16 x } export",
        "declare the type 'A' differently")]
    [InlineData("global u8 g export", "global u8 g export", "both define the global 'g'")]
    [InlineData("layout pointer 2 align 1 length 2", "", "different memory layouts")]
    public void ClashesAreErrors(string a, string b, string expected)
    {
        var link = Linker.Link([Read("module a\n" + a, "a.mir"), Read("module b\n" + b, "b.mir")]);
        Assert.Null(link.Module);
        Assert.Contains(expected, Assert.Single(link.Errors).Message, StringComparison.Ordinal);
    }
}
