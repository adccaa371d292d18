using Xunit;

namespace MinZ.Tests.Clr;

/// <summary>Values and places: copies share nothing, references see every change, checks come in order.</summary>
public class ClrPlaceTests
{
    private static string Run(string text, string function = "test")
    {
        using var plain = ClrProgram.Of("module m\n" + text, optimize: false);
        using var optimised = ClrProgram.Of("module m\n" + text);
        var output = plain.Output(function);
        Assert.Equal(output, optimised.Output(function));
        return output.ReplaceLineEndings(" ").TrimEnd();
    }

    private static string Trap(string text, params object?[] arguments)
    {
        using var program = ClrProgram.Of("module m\n" + text, optimize: false);
        return program.Trap("test", arguments);
    }

    private const string Types = """
        type Cell = struct { [u8; 3] at, u16 n }
        type Grid = struct { [Cell; 2] cells, (u8, [u16; 2]) pair }
        type Shape = enum { Dot, Line(u16), Path([u8; 3], Cell) }

        """;

    [Fact]
    public void LoadedArraysAreCopies() => Assert.Equal("1 9 1", Run("""
        func test() {
            local [u8; 3] %a
            local [u8; 3] %b
            store %a[0], 1
            %v = load %a
            store %a[0], 9
            store %b, %v
            %x = load %b[0]
            call @print, %x
            %y = load %a[0]
            call @print, %y
            store %b[0], 5
            store %a, %v
            %z = load %a[0]
            call @print, %z
            ret
        }
        """));

    [Fact]
    public void ArgumentsAndResultsShareNothingWithTheirSource() => Assert.Equal("1 1 9", Run(Types + """
        global [u8; 3] all
        global Cell cell
        func change([u8; 3] %p, Cell %c) noinline {
            local [u8; 3] %mine
            local Cell %own
            store all[0], 9
            store cell.at[0], 9
            store %mine, %p
            %x = load %mine[0]
            call @print, %x
            store %own, %c
            %y = load %own.at[0]
            call @print, %y
            ret
        }
        func whole() -> [u8; 3] noinline {
            %v = load all
            ret %v
        }
        func test() {
            local [u8; 3] %copy
            store all[0], 1
            store cell.at[0], 1
            %a = load all
            %c = load cell
            call change, %a, %c
            %w = call whole
            store all[0], 5
            store %copy, %w
            %z = load %copy[0]
            call @print, %z
            ret
        }
        """));

    [Fact]
    public void NestedArraysAreCopiedWholly() => Assert.Equal("7 0 7 7 3 8", Run(Types + """
        func test() {
            local Grid %g
            local Grid %h
            store %g.cells[1].at[2], 7
            store %g.pair.1[1], 3
            copy %h, %g
            clear %g.cells[1]
            %1 = load %h.cells[1].at[2]
            call @print, %1
            %2 = load %g.cells[1].at[2]
            call @print, %2
            %c = load %h.cells[1]
            store %h.cells[1].at[2], 8
            %3 = struct.get %c.at
            store %g.cells[0].at, %3
            %4 = load %g.cells[0].at[2]
            call @print, %4
            %5 = struct.make Cell, %3, 4
            store %g.cells[1], %5
            %6 = load %g.cells[1].at[2]
            call @print, %6
            %7 = load %g.pair.1[1]
            call @print, %7
            %8 = load %h.cells[1].at[2]
            call @print, %8
            ret
        }
        """));

    [Fact]
    public void SlicesSeeWholeArrayStores() => Assert.Equal("4 6", Run("""
        func test() {
            local [u16; 2] %a
            %s = slice.of %a
            %v = array.make [u16; 2], 4, 5
            store %a, %v
            %x = load %s[0]
            call @print, %x
            %part = slice %s, 1, 2
            store %part[0], 6
            %y = load %a[1]
            call @print, %y
            ret
        }
        """));

    [Fact]
    public void ReferencesReachFieldsElementsAndPayloads() => Assert.Equal("2 12 5", Run(Types + """
        func bump(&mut u8 %r) {
            %v = load *%r
            %w = add.u8 %v, 1
            store *%r, %w
            ret
        }
        func fill(&mut Cell %c) noinline {
            store %c.at[1], 11
            %r = ref.mut %c.at[1]
            call bump, %r
            ret
        }
        func test() {
            local Shape %s
            local Cell %cell
            %path = load %cell.at
            store %cell.at[0], 1
            %whole = load %cell
            %e = enum.make Shape.Path, %path, %whole
            store %s, %e
            %r = ref.mut %s!Path.1.at[0]
            call bump, %r
            %x = load %s!Path.1.at[0]
            call @print, %x
            %c = ref.mut %cell
            call fill, %c
            %y = load %cell.at[1]
            call @print, %y
            %b = new Cell, %whole
            store %b.n, 5
            %z = load %b.n
            call @print, %z
            ret
        }
        """));

    [Fact]
    public void RawPointersWalkArraysAndStayInStructs() => Assert.Equal("1 2 3 30 77", Run("""
        type Node = struct { u8 value, *Node next }
        global [Node; 3] nodes
        global u16 port at 0x8000
        func link(u8 %i) {
            %j = add.u8 %i, 1
            store nodes[%i].value, %j
            %p = addr.of nodes[%j]
            store nodes[%i].next, %p
            ret
        }
        func test() {
            local [u16; 3] %a
            call link, 0
            call link, 1
            store nodes[2].value, 3
            %first = addr.of nodes[0]
            jump .walk(%first)
        .walk(*Node %n):
            %v = load %n.value
            call @print, %v
            %next = load %n.next
            %raw = bitcast.u16 %next
            %more = cmp.ne.u16 %raw, 0
            jumpif %more, .walk(%next), .done
        .done:
            store %a[2], 30
            %p = addr.of %a[0]
            %q = addr.of %p[2]
            %x = load *%q
            call @print, %x
            store port, 77
            %address = bitcast *u16 u16 0x8000
            %y = peek.u16 %address
            call @print, %y
            ret
        }
        """));

    [Fact]
    public void ParallelCopiesSwap() => Assert.Equal("2 1", Run("""
        func test() {
            jump .loop(1, 2, 0)
        .loop(u8 %a, u8 %b, u8 %i):
            %n = add.u8 %i, 1
            %again = cmp.lt.u8 %n, 2
            jumpif %again, .loop(%b, %a, %n), .done
        .done:
            call @print, %a
            call @print, %b
            ret
        }
        """));

    [Fact]
    public void BadIndexTraps() => Assert.Equal("IndexOutOfRange: index out of range",
        Trap("func test(u32 %i) -> u8 {\n local [u8; 3] %a\n %x = load %a[%i]\n ret %x\n}", uint.MaxValue));

    [Fact]
    public void NegativeIndexTraps() => Assert.Equal("IndexOutOfRange: index out of range",
        Trap("func test(i64 %i) -> u8 {\n local [u8; 3] %a\n %x = load %a[%i]\n ret %x\n}", long.MinValue));

    [Fact]
    public void WrongVariantTraps() => Assert.Equal("WrongVariant: the enum value is of another variant",
        Trap(Types + "func test() -> u16 {\n local Shape %s\n %x = load %s!Line.0\n ret %x\n}"));

    [Fact]
    public void EndlessRecursionTraps() => Assert.Equal("StackOverflow: too many nested calls",
        Trap("func test(u8 %n) -> u8 {\n %m = call test, %n\n %r = add.u8 %m, 1\n ret %r\n}", (byte)1));

    [Fact]
    public void TailCallsNeedNoStack()
    {
        using var program = ClrProgram.Of("""
            module m
            func test(u32 %n) -> u32 {
                %end = cmp.eq.u32 %n, 0
                jumpif %end, .done, .more
            .more:
                %m = sub.u32 %n, 1
                tailcall test, %m
            .done:
                ret 42
            }
            """, optimize: false);
        Assert.Equal(42u, program.Call("test", 3_000_000u));
    }

    /// <summary>
    /// What the program printed before the division stopped it: the call happens before the check of the index.
    /// </summary>
    [Fact]
    public void EffectsKeepTheirOrder() => Assert.Equal("1 2", Run("""
        func say(u8 %x) -> u8 noinline {
            call @print, %x
            ret %x
        }
        func test() {
            local [u8; 4] %a
            %one = call say, 1
            %two = call say, 2
            store %a[%two], %one
            %c = cmp.eq.u8 %one, 1
            %s = select.u8 %c, %one, %two
            store %a[%s], %two
            ret
        }
        """));
}
