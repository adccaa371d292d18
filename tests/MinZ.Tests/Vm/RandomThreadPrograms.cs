using System.Text;

namespace MinZ.Tests.Vm;

/// <summary>
/// Makes programs by chance in which values go from sources through threads of all kinds to sinks: relays, groups of
/// threads that share a channel, selects that send and receive, threads that live for one value, threads that trap,
/// actors. Each value is changed on its way, whichever way that is, and <c>main</c> gives the sum of all: it does not
/// depend on who runs when. A value lost, doubled or torn, or a thread that is not woken, changes it or ends in a
/// deadlock.
/// </summary>
internal sealed class RandomThreadPrograms
{
    private const string Numbers = """
        module threads
        func make(u32 %n) -> u32 {
            ret %n
        }
        func step(u32 %v) -> u32 {
            %m = mul.u32 %v, 3
            %a = add.u32 %m, 1
            ret %a
        }
        func value(u32 %v) -> u32 {
            ret %v
        }
        """;

    private const string Lists = """
        module threads
        type Node = struct { u32 value, box<Node> next }
        func make(u32 %n) -> box<Node> {
            %low = and.u32 %n, 3
            %none = none box<Node>
            jump .loop(0, %none)
        .loop(u32 %i, box<Node> %list):
            %v = add.u32 %n, %i
            %node = struct.make Node, %v, %list
            %b = new Node, %node
            %k = add.u32 %i, 1
            %more = cmp.le.u32 %k, %low
            jumpif %more, .loop(%k, %b), .done
        .done:
            ret %b
        }
        func step(box<Node> %list) -> box<Node> {
            %none = none box<Node>
            %end = cmp.eq %list, %none
            jumpif %end, .last, .on
        .last:
            ret %none
        .on:
            %v = load %list.value
            %m = mul.u32 %v, 3
            %a = add.u32 %m, 1
            %n = load %list.next
            %rest = call step, %n
            %node = struct.make Node, %a, %rest
            %b = new Node, %node
            ret %b
        }
        func value(box<Node> %list) -> u32 {
            %none = none box<Node>
            jump .loop(%list, 0)
        .loop(box<Node> %at, u32 %sum):
            %end = cmp.eq %at, %none
            jumpif %end, .done, .on
        .on:
            %v = load %at.value
            %s = add.u32 %sum, %v
            %n = load %at.next
            jump .loop(%n, %s)
        .done:
            ret %sum
        }
        """;

    private const string Threads = """

        func source(chan<T> %out, u32 %first, u32 %n, bool %close) {
            jump .loop(0)
        .loop(u32 %i):
            %x = add.u32 %first, %i
            %v = call make, %x
            chan.send %out, %v
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            jumpif %close, .end, .leave
        .end:
            chan.close %out
            ret
        .leave:
            ret
        }
        func relay(chan<T> %in, chan<T> %out, u32 %n, u32 %mask, bool %close) {
            jump .loop(0)
        .loop(u32 %i):
            %v = chan.receive %in
            %w = call step, %v
            chan.send %out, %w
            %low = and.u32 %i, %mask
            %rest = cmp.eq.u32 %low, 3
            jumpif %rest, .sleep, .next
        .sleep:
            sleep 1
            jump .next
        .next:
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            jumpif %close, .end, .leave
        .end:
            chan.close %out
            ret
        .leave:
            ret
        }
        func share(chan<T> %in, chan<T> %out) {
            local T %value
            %r = ref.mut %value
            jump .loop
        .loop:
            %ok = chan.take %in, %r
            jumpif %ok, .on, .done
        .on:
            %v = load %value
            %w = call step, %v
            chan.send %out, %w
            jump .loop
        .done:
            ret
        }
        func split(chan<T> %in, chan<T> %a, chan<T> %b, u32 %n) {
            jump .loop(0)
        .loop(u32 %i):
            %v = chan.receive %in
            %c = chan.select send(%a, %v), send(%b, %v)
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            ret
        }
        func merge(chan<T> %a, chan<T> %b, chan<T> %out, u32 %n, bool %close) {
            local T %first
            local T %second
            %r = ref.mut %first
            %o = ref.mut %second
            jump .loop(0)
        .loop(u32 %i):
            %c = chan.select receive(%a, %r), receive(%b, %o), timeout(3)
            switch %c, 0: .first, 1: .second, else .loop(%i)
        .first:
            %x = load %first
            jump .send(%x)
        .second:
            %y = load %second
            jump .send(%y)
        .send(T %v):
            %w = call step, %v
            chan.send %out, %w
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            jumpif %close, .end, .leave
        .end:
            chan.close %out
            ret
        .leave:
            ret
        }
        func one(T %v, chan<T> %out) {
            %w = call step, %v
            chan.send %out, %w
            ret
        }
        func each(chan<T> %in, chan<T> %out, u32 %n) {
            jump .loop(0)
        .loop(u32 %i):
            %v = chan.receive %in
            spawn one, %v, %out
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            ret
        }
        func fail(T %v, chan<T> %out) {
            %w = call step, %v
            chan.send %out, %w
            %s = const.str "on purpose"
            trap Panic, %s
        }
        func watch(chan<T> %in, chan<T> %out, u32 %n, bool %close) {
            jump .loop(0)
        .loop(u32 %i):
            %v = chan.receive %in
            %end = spawn fail, %v, %out
            %text = chan.receive %end
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            jumpif %close, .end, .leave
        .end:
            chan.close %out
            ret
        .leave:
            ret
        }
        func sink(chan<T> %in, chan<u32> %done, u32 %n) {
            jump .loop(0, 0)
        .loop(u32 %i, u32 %sum):
            %v = chan.receive %in
            %x = call value, %v
            %s = add.u32 %sum, %x
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k, %s), .done
        .done:
            chan.send %done, %s
            ret
        }
        type Sum = actor { u32 total } { on add(T) = add, on total() -> u32 = total }
        func add(Sum %self, T %v) {
            %x = call value, %v
            %t = load %self.total
            %s = add.u32 %t, %x
            store %self.total, %s
            ret
        }
        func total(Sum %self) -> u32 {
            %t = load %self.total
            ret %t
        }
        func count(chan<T> %in, chan<u32> %done, u32 %n) {
            %a = spawn actor Sum
            jump .loop(0)
        .loop(u32 %i):
            %v = chan.receive %in
            actor.send Sum.add, %a, %v
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            %s = actor.ask Sum.total, %a
            chan.send %done, %s
            ret
        }
        func noise(u32 %n) {
            jump .loop(0)
        .loop(u32 %i):
            %v = call make, %i
            %w = call step, %v
            %k = add.u32 %i, 1
            %more = cmp.lt.u32 %k, %n
            jumpif %more, .loop(%k), .done
        .done:
            ret
        }
        """;

    private static readonly int[] Capacities = [0, 1, 3, 128, 1000];
    private readonly StringBuilder _main = new();
    private readonly Random _random;
    private readonly int _values;
    private int _names;
    private string _type = "u32";

    private RandomThreadPrograms(int seed, int values) => (_random, _values) = (new Random(seed), values);

    /// <summary>Makes a program; each source sends so many values at most.</summary>
    public static string Make(int seed, int values)
    {
        var maker = new RandomThreadPrograms(seed, values);
        var isList = maker._random.Next(2) == 0;
        maker._type = isList ? "box<Node>" : "u32";
        var lines = maker._random.Next(1, 5);
        maker._main.Append("\nfunc main() -> u32 {\n    %done = chan.new.u32 1\n");
        for (var n = maker._random.Next(3); n > 0; n--)
            maker._main.Append($"    spawn noise, {maker._random.Next(1, values * 8)}\n");
        for (var n = 0; n < lines; n++)
            maker.Line();
        var sum = "0";
        for (var n = 0; n < lines; n++)
        {
            var before = n == 0 ? "0" : $"%s{n - 1}";
            maker._main.Append($"    %r{n} = chan.receive %done\n    %s{n} = add.u32 {before}, %r{n}\n");
            sum = $"%s{n}";
        }
        maker._main.Append($"    ret {sum}\n}}\n");
        return (isList ? Lists : Numbers) + Threads.Replace("T>", isList ? "box<Node>>" : "u32>")
            .Replace("T %", isList ? "box<Node> %" : "u32 %").Replace("(T)", isList ? "(box<Node>)" : "(u32)") +
            maker._main;
    }

    private string Channel()
    {
        var name = $"%c{_names++}";
        _main.Append($"    {name} = chan.new {_type}, {Capacities[_random.Next(Capacities.Length)]}\n");
        return name;
    }

    /// <summary>A source, threads in a row, a sink.</summary>
    private void Line()
    {
        var n = _random.Next(1, _values + 1);
        var kinds = Enumerable.Range(0, _random.Next(5)).Select(_ => _random.Next(6)).ToList();
        // Those who share a channel end when it is closed; only who sends all of its values can close it.
        bool Closes(int stage) => stage + 1 < kinds.Count && kinds[stage + 1] == 1;
        for (var k = 0; k + 1 < kinds.Count; k++)
            if (kinds[k] is 1 or 4 && kinds[k + 1] == 1)
                kinds[k + 1] = 0;
        var at = Channel();
        _main.Append($"    spawn source, {at}, {_random.Next(1000)}, {n}, {Text(Closes(-1))}\n");
        for (var k = 0; k < kinds.Count; k++)
            at = Stage(kinds[k], at, n, Text(Closes(k)));
        _main.Append($"    spawn {(_random.Next(2) == 0 ? "sink" : "count")}, {at}, %done, {n}\n");
    }

    private static string Text(bool value) => value ? "true" : "false";

    private string Stage(int kind, string from, int n, string close)
    {
        var to = Channel();
        switch (kind)
        {
            case 0:
                _main.Append($"    spawn relay, {from}, {to}, {n}, {(1 << _random.Next(2, 9)) - 1}, {close}\n");
                break;
            case 1:
                for (var k = _random.Next(1, 5); k > 0; k--)
                    _main.Append($"    spawn share, {from}, {to}\n");
                break;
            case 2 or 3:
                var (a, b) = (Channel(), Channel());
                _main.Append($"    spawn split, {from}, {a}, {b}, {n}\n" +
                    $"    spawn merge, {a}, {b}, {to}, {n}, {close}\n");
                break;
            case 4:
                _main.Append($"    spawn each, {from}, {to}, {n}\n");
                break;
            default:
                _main.Append($"    spawn watch, {from}, {to}, {n}, {close}\n");
                break;
        }
        return to;
    }
}
