using System.Text;

namespace MinZ.Tests.Vm;

/// <summary>
/// Makes programs by chance that allocate, link and change objects of all kinds: nodes, runs, parts of runs, strings,
/// enums, references into the middle of objects, slots, globals; with loops and calls. <c>main</c> gives a number that
/// depends on everything that can still be reached. Equal seeds make equal programs.
/// </summary>
internal sealed class RandomHeapPrograms
{
    private const string Frame = """
        module heap
        type Item = enum { Nothing, Number(u32, u32), Cell(u8, box<Node>), Place(&mut i64), Run([]i64, str) }
        type Node = struct { box<Node> a, i64 v, box<Node> b, Item item, []i64 run, str text }
        global box<Node> kept
        global [Item; 3] items

        func sum([]i64 %s) -> i64 noinline {
            %n = len.u32 %s
            jump .loop(u32 0, 0)
        .loop(u32 %i, i64 %t):
            %c = cmp.lt.u32 %i, %n
            jumpif %c, .add, .done
        .add:
            %v = load %s[%i]
            %m = mul.i64 %t, 7
            %u = add.i64 %m, %v
            %j = add.u32 %i, 1
            jump .loop(%j, %u)
        .done:
            ret %t
        }
        func ofItem(Item %e, i64 %depth) -> i64 {
            %tag = enum.tag %e
            switch %tag, 1: .number, 2: .cell, 3: .place, 4: .run, else .nothing
        .nothing:
            ret 1
        .number:
            %x = enum.get %e!Number.0
            %y = enum.get %e!Number.1
            %z = sub.u32 %x, %y
            %w = conv.i64 %z
            ret %w
        .cell:
            %k = enum.get %e!Cell.0
            %k64 = conv.i64 %k
            %n = enum.get %e!Cell.1
            %h = call hash, %n, %depth
            %hk = add.i64 %h, %k64
            ret %hk
        .place:
            %p = enum.get %e!Place.0
            %v = load *%p
            ret %v
        .run:
            %s = enum.get %e!Run.0
            %t = enum.get %e!Run.1
            %a = call sum, %s
            %l = str.len %t
            %l64 = conv.i64 %l
            %b = add.i64 %a, %l64
            ret %b
        }
        func hash(box<Node> %n, i64 %depth) -> i64 {
            %v = load %n.v
            %end = cmp.le.i64 %depth, 0
            jumpif %end, .end, .more
        .end:
            ret %v
        .more:
            %d = sub.i64 %depth, 1
            %a = load %n.a
            %ha = call hash, %a, %d
            %b = load %n.b
            %hb = call hash, %b, %d
            %e = load %n.item
            %he = call ofItem, %e, %d
            %s = load %n.run
            %hs = call sum, %s
            %t = load %n.text
            %number = str.of %ha
            %joined = str.concat %t, %number
            %l = str.len %joined
            %hl = conv.i64 %l
            %m1 = mul.i64 %ha, 31
            %m2 = add.i64 %m1, %hb
            %m3 = mul.i64 %m2, 17
            %m4 = add.i64 %m3, %he
            %m5 = xor.i64 %m4, %hs
            %m6 = add.i64 %m5, %hl
            %m7 = add.i64 %m6, %v
            ret %m7
        }
        func node(box<Node> %a, box<Node> %b, i64 %v, []i64 %run, str %text) -> box<Node> {
            %e = enum.make Item.Nothing
            %n = struct.make Node, %a, %v, %b, %e, %run, %text
            %box = new Node, %n
            ret %box
        }

        """;

    private readonly Random _random;
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, List<string>> _known = [];
    private int _names;
    private int _functions;

    private RandomHeapPrograms(int seed) => _random = new Random(seed);

    /// <summary>The text of a program.</summary>
    public static string Make(int seed)
    {
        var program = new RandomHeapPrograms(seed);
        program._text.Append(Frame);
        for (var n = program._random.Next(1, 4); n > 0; n--)
            program.AddFunction();
        program.AddMain();
        return program._text.ToString();
    }

    private void AddFunction()
    {
        var name = $"step{_functions}";
        Begin();
        _text.Append($"func {name}(box<Node> %p, box<Node> %q, i64 %v, []i64 %r, str %t) -> box<Node>" +
            $"{(_random.Next(2) == 0 ? " noinline" : "")} {{\n    local Node %slot\n    local Item %item\n");
        Learn(("box", "%p"), ("box", "%q"), ("i64", "%v"), ("run", "%r"), ("str", "%t"));
        Line("%whole = load *%p");
        Line("store %slot, %whole");
        for (var n = _random.Next(6, 16); n > 0; n--)
            Statement(true);
        Loop();
        for (var n = _random.Next(2, 8); n > 0; n--)
            Statement(true);
        Line($"ret {Any("box")}");
        _text.Append("}\n\n");
        _functions++;
    }

    private void AddMain()
    {
        Begin();
        _text.Append("func main() -> i64 {\n    local Node %slot\n    local Item %item\n");
        Line("%none = none box<Node>");
        Line("%r = slice.new i64, u32 5");
        Line("%t = const.str \"start\"");
        Line("%p = call node, %none, %none, 1, %r, %t");
        Line("store %p.a, %p");
        Line("store %p.b, %p");
        Line("store kept, %p");
        Line("%whole = load *%p");
        Line("store %slot, %whole");
        Line("%v = load %p.v");
        Learn(("box", "%p"), ("i64", "%v"), ("run", "%r"), ("str", "%t"));
        for (var n = 0; n < 12; n++)
            Statement(true);
        Loop();
        Loop();
        Line("%k = load kept");
        Line("%h1 = call hash, %k, 5");
        Line($"%h2 = call hash, {Any("box")}, 5");
        Line("%e = load %item");
        Line("%h3 = call ofItem, %e, 3");
        Line("%g = load items[u32 1]");
        Line("%h4 = call ofItem, %g, 3");
        Line("%y1 = xor.i64 %h1, %h2");
        Line("%y2 = add.i64 %y1, %h3");
        Line("%y3 = xor.i64 %y2, %h4");
        Line("ret %y3");
        _text.Append("}\n");
    }

    private void Begin()
    {
        _known.Clear();
        _names = 0;
    }

    private void Learn(params (string Kind, string Name)[] names)
    {
        foreach (var (kind, name) in names)
        {
            if (!_known.TryGetValue(kind, out var list))
                _known[kind] = list = [];
            list.Add(name);
        }
    }

    private void Line(string text) => _text.Append("    ").Append(text).Append('\n');

    private string New(string kind, string instruction)
    {
        var name = $"%x{_names++}";
        Line($"{name} = {instruction}");
        Learn((kind, name));
        return name;
    }

    /// <summary>A value made before, mostly one of the last.</summary>
    private string Any(string kind)
    {
        var list = _known[kind];
        return list[_random.Next(3) == 0 ? _random.Next(list.Count) : Math.Max(0, list.Count - 1 - _random.Next(4))];
    }

    /// <summary>A loop that passes values of all kinds from round to round.</summary>
    private void Loop()
    {
        var (head, body, done) = ($".head{_names}", $".body{_names}", $".done{_names}");
        var n = _names++;
        var outside = _known.ToDictionary(k => k.Key, k => k.Value.ToList());
        Line($"jump {head}(0, {Any("box")}, {Any("run")}, {Any("str")})");
        _text.Append($"{head}(i64 %i{n}, box<Node> %b{n}, []i64 %r{n}, str %t{n}):\n");
        Line($"%c{n} = cmp.lt.i64 %i{n}, {_random.Next(2, 12)}");
        Line($"jumpif %c{n}, {body}, {done}");
        _text.Append($"{body}:\n");
        Learn(("i64", $"%i{n}"), ("box", $"%b{n}"), ("run", $"%r{n}"), ("str", $"%t{n}"));
        for (var k = _random.Next(3, 9); k > 0; k--)
            Statement(true);
        Line($"%j{n} = add.i64 %i{n}, 1");
        Line($"jump {head}(%j{n}, {Any("box")}, {Any("run")}, {Any("str")})");
        _text.Append($"{done}:\n");
        _known.Clear();
        foreach (var (kind, names) in outside)
            _known[kind] = names;
        Learn(("i64", $"%i{n}"), ("box", $"%b{n}"), ("run", $"%r{n}"), ("str", $"%t{n}"));
    }

    private void Statement(bool mayCall)
    {
        switch (_random.Next(mayCall && _functions > 0 ? 21 : 20))
        {
            case 0 or 1 or 2:
                New("box", $"call node, {Any("box")}, {Any("box")}, {Any("i64")}, {Any("run")}, {Any("str")}");
                break;
            case 3:
                New("box", $"load {Any("box")}.{(_random.Next(2) == 0 ? 'a' : 'b')}");
                break;
            case 4 or 5:
                Line($"store {Any("box")}.{(_random.Next(2) == 0 ? 'a' : 'b')}, {Any("box")}");
                break;
            case 6:
                Line($"store {AnyItemPlace()}, {AnyItem()}");
                break;
            case 7:
                Line($"store {Any("box")}.item, {AnyItem()}");
                break;
            case 8:
                var length = _random.Next(5, 40);
                var run = New("run", $"slice.new i64, u32 {length}");
                Line($"store {run}[u32 {_random.Next(length)}], {Any("i64")}");
                break;
            case 9:
                var whole = Any("run");
                var count = $"%n{_names++}";
                Line($"{count} = len.u32 {whole}");
                // Every run has at least three elements, so that parts of parts have them too.
                var from = $"%m{_names++}";
                Line($"{from} = sub.u32 {count}, 3");
                New("run", $"slice {whole}, {from}, {count}");
                break;
            case 10:
                New("place", $"ref.mut {Any("run")}[u32 {_random.Next(3)}]");
                break;
            case 11:
                New("place", $"ref.mut {Any("box")}.v");
                break;
            case 12:
                Line($"store {Any("run")}[u32 {_random.Next(3)}], {Any("i64")}");
                break;
            case 13 when _known.ContainsKey("place"):
                Line($"store *{Any("place")}, {Any("i64")}");
                break;
            case 14 when _known.ContainsKey("place"):
                New("i64", $"load *{Any("place")}");
                break;
            case 15:
                var digits = New("str", $"str.of {Any("i64")}");
                New("str", $"str.concat {digits}, {digits}");
                break;
            case 16:
                New("i64", $"call sum, {Any("run")}");
                break;
            case 17:
                Line($"store {(_random.Next(2) == 0 ? "kept" : "%slot.b")}, {Any("box")}");
                break;
            case 18:
                New("box", $"load {(_random.Next(2) == 0 ? "kept" : "%slot.b")}");
                break;
            case 20:
                New("box", $"call step{_random.Next(_functions)}, " +
                    $"{Any("box")}, {Any("box")}, {Any("i64")}, {Any("run")}, {Any("str")}");
                break;
            default:
                New("i64", $"add.i64 {Any("i64")}, {_random.Next(1000)}");
                break;
        }
    }

    private string AnyItemPlace() => _random.Next(3) switch
    {
        0 => "%item",
        1 => "%slot.item",
        _ => $"items[u32 {_random.Next(3)}]",
    };

    private string AnyItem() => _random.Next(_known.ContainsKey("place") ? 4 : 3) switch
    {
        // Looks like an address, and is none.
        0 => New("item", $"enum.make Item.Number, u32 {16842752 + 8 * _random.Next(4000)}, u32 {_random.Next(99)}"),
        1 => New("item", $"enum.make Item.Cell, u8 {_random.Next(256)}, {Any("box")}"),
        2 => New("item", $"enum.make Item.Run, {Any("run")}, {Any("str")}"),
        _ => New("item", $"enum.make Item.Place, {Any("place")}"),
    };
}
