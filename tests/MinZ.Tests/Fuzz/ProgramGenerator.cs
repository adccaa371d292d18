using System.Text;

namespace MinZ.Tests.Fuzz;

/// <summary>
/// Writes random MinZ programs that are well typed, end, and print what they compute. The same seed gives the same
/// program. Every division has a divisor that is not zero and every index is in range, so a trap is a mistake of the
/// compiler.
/// </summary>
internal sealed class ProgramGenerator(int seed)
{
    private static readonly string[] Types = ["u8", "i8", "u16", "i16", "u32", "i32", "u24", "i24"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _out = new();
    private readonly List<(string Name, string Type)> _variables = [];
    private readonly HashSet<string> _constant = [];
    private readonly List<(string Name, string Type, int Length)> _arrays = [];
    private readonly List<(string Name, string Result, string[] Parameters)> _functions = [];
    private readonly List<(string Name, string Result, string[] Parameters)> _recursive = [];
    private int _names;
    private int _indent;
    private int _loops;

    /// <summary>The program.</summary>
    public string Write()
    {
        Line("struct Pair { first: u8, second: u16, third: i32 }");
        Line("enum Color { Red, Green, Blue }");
        for (var n = Next(3); n >= 0; n--)
            Global();
        for (var n = 1 + Next(3); n > 0; n--)
            Function();
        if (Chance(40))
            RecursiveFunction();
        Main();
        return _out.ToString();
    }

    private int Next(int limit) => _random.Next(limit);

    private bool Chance(int percent) => Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[Next(list.Count)];

    private string Fresh(string stem) => $"{stem}{_names++}";

    private string Type() => Chance(70) ? Pick(Types[..4]) : Pick(Types);

    private void Line(string text) => _out.Append(' ', _indent * 4).Append(text).Append('\n');

    private void Open(string text)
    {
        Line(text + " {");
        _indent++;
    }

    private void Close(string text = "}")
    {
        _indent--;
        Line(text);
    }

    private void Global()
    {
        if (Chance(50))
        {
            var (name, type, length) = (Fresh("table"), Type(), 1 << (1 + Next(4)));
            var elements = Enumerable.Range(0, length).Select(_ => Literal(type));
            Line($"global {name}: [{type}; {length}] = [{string.Join(", ", elements)}]");
            _arrays.Add((name, type, length));
            return;
        }
        var global = (Fresh("g"), Type());
        Line($"global {global.Item1}: {global.Item2} = {Literal(global.Item2)}");
        _variables.Add(global);
    }

    private void Function()
    {
        var (name, result) = (Fresh("f"), Type());
        var (outer, arrays) = (_variables.Count, _arrays.Count);
        var parameters = Enumerable.Range(0, Next(4)).Select(_ => (Name: Fresh("p"), Type: Type())).ToArray();
        Open($"fn {name}({string.Join(", ", parameters.Select(p => $"{p.Name}: {p.Type}"))}) -> {result}");
        foreach (var p in parameters)
        {
            _variables.Add(p);
            _constant.Add(p.Name);
        }
        Locals();
        Statements(2 + Next(4), 2);
        Line($"return {Expression(result, 3)}");
        Close();
        _variables.RemoveRange(outer, _variables.Count - outer);
        _arrays.RemoveRange(arrays, _arrays.Count - arrays);
        _functions.Add((name, result, [.. parameters.Select(p => p.Type)]));
    }

    // It calls itself a few times, from one place, perhaps through a value, and has an array of its own.
    private void RecursiveFunction()
    {
        var (name, result) = (Fresh("r"), Type());
        var (outer, arrays) = (_variables.Count, _arrays.Count);
        var parameters = Enumerable.Range(0, 1 + Next(3)).Select(_ => (Name: Fresh("p"), Type: Type())).ToArray();
        var types = string.Join(", ", parameters.Select(p => p.Type).Prepend("u8"));
        Open($"fn {name}(depth: u8, {string.Join(", ", parameters.Select(p => $"{p.Name}: {p.Type}"))}) -> {result}");
        foreach (var p in parameters)
        {
            _variables.Add(p);
            _constant.Add(p.Name);
        }
        Locals();
        Line($"if depth == 0 {{ return {Expression(result, 2)} }}");
        Statements(1 + Next(3), 1);
        var deeper = Fresh("v");
        var self = Chance(50) ? name : Fresh("fv");
        if (self != name)
            Line($"let {self}: fn({types}) -> {result} = {name}");
        var arguments = parameters.Select(p => Expression(p.Type, 2));
        Line($"let {deeper}: {result} = {self}(depth - 1, {string.Join(", ", arguments)})");
        _variables.Add((deeper, result));
        _constant.Add(deeper);
        Statements(1 + Next(3), 1);
        Line($"return {Expression(result, 3)}");
        Close();
        _variables.RemoveRange(outer, _variables.Count - outer);
        _arrays.RemoveRange(arrays, _arrays.Count - arrays);
        _recursive.Add((name, result, [.. parameters.Select(p => p.Type)]));
    }

    // What main calls, some of it through values.
    private void FunctionValues()
    {
        foreach (var (name, result, parameters) in _functions.ToList())
        {
            if (!Chance(30))
                continue;
            var value = Fresh("fv");
            Line($"let {value}: fn({string.Join(", ", parameters)}) -> {result} = {name}");
            _functions.Add((value, result, parameters));
        }
        foreach (var (name, result, parameters) in _recursive)
            Line($"print({name}({Next(6)}, {string.Join(", ", parameters.Select(p => Expression(p, 2)))}))");
    }

    private void Main()
    {
        Open("fn main() -> u8");
        Locals();
        Line("let mut pair: Pair = Pair { first: 1, second: 2, third: 3 }");
        _variables.AddRange([("pair.first", "u8"), ("pair.second", "u16"), ("pair.third", "i32")]);
        FunctionValues();
        Statements(6 + Next(8), 3);
        foreach (var (name, _) in _variables)
            Line($"print({name})");
        foreach (var (name, _, length) in _arrays)
        {
            Open($"for k in 0..{length}");
            Line($"print({name}[k])");
            Close();
        }
        Line($"return {Expression("u8", 2)}");
        Close();
    }

    private void Locals()
    {
        for (var n = 1 + Next(3); n > 0; n--)
        {
            var (name, type) = (Fresh("v"), Type());
            Line($"let mut {name}: {type} = {Expression(type, 2)}");
            _variables.Add((name, type));
        }
        if (Chance(50))
        {
            var (name, type, length) = (Fresh("a"), Type(), 1 << (1 + Next(3)));
            Line($"let mut {name}: [{type}; {length}] = [{Literal(type)}; {length}]");
            _arrays.Add((name, type, length));
        }
    }

    private void Statements(int count, int depth)
    {
        for (; count > 0; count--)
            Statement(depth);
    }

    private void Block(int depth)
    {
        var (variables, arrays) = (_variables.Count, _arrays.Count);
        Statements(1 + Next(3), depth - 1);
        _variables.RemoveRange(variables, _variables.Count - variables);
        _arrays.RemoveRange(arrays, _arrays.Count - arrays);
    }

    private void Statement(int depth)
    {
        var kind = Next(depth > 0 ? 12 : 6);
        switch (kind)
        {
            case 0 or 1 or 2:
                Assignment();
                break;
            case 3:
                if (_arrays.Count > 0)
                {
                    var (name, type, length) = Pick(_arrays);
                    Line($"{name}[{Index(length)}] = {Expression(type, 3)}");
                }
                break;
            case 4:
                Line($"print({Expression(Type(), 3)})");
                break;
            case 5:
                var local = (Fresh("v"), Type());
                Line($"let mut {local.Item1}: {local.Item2} = {Expression(local.Item2, 3)}");
                _variables.Add(local);
                break;
            case 6 or 7:
                Open($"if {Condition(2)}");
                Block(depth);
                if (Chance(60))
                {
                    Close("} else {");
                    _indent++;
                    Block(depth);
                }
                Close();
                break;
            case 8:
                For(depth);
                break;
            case 9:
                While(depth);
                break;
            case 10:
                Match(depth);
                break;
            default:
                Line($"print({Condition(3)})");
                break;
        }
    }

    private void Assignment()
    {
        var targets = _variables.Where(v => !_constant.Contains(v.Name)).ToArray();
        if (targets.Length == 0)
            return;
        var (name, type) = Pick(targets);
        if (Chance(30))
            Line($"{name} {Pick(new[] { "+=", "-=", "^=", "|=", "&=", "*=" })} {Expression(type, 2)}");
        else
            Line($"{name} = {Expression(type, 3)}");
    }

    private void For(int depth)
    {
        if (_loops > 1)
            return;
        _loops++;
        var i = Fresh("i");
        Open($"for {i} in 0..{1 + Next(6)}");
        Line($"let {i}w: u16 = {i} as u16");
        _variables.Add(($"{i}w", "u16"));
        _constant.Add($"{i}w");
        Block(depth);
        if (Chance(20))
            Line($"if {Condition(1)} {{ {Pick(new[] { "break", "continue" })} }}");
        _variables.Remove(($"{i}w", "u16"));
        Close();
        _loops--;
    }

    private void While(int depth)
    {
        if (_loops > 1)
            return;
        _loops++;
        var i = Fresh("n");
        Line($"let mut {i}: u8 = {Next(6)}");
        Open($"while {i} > 0");
        Line($"{i} = {i} - 1");
        Block(depth);
        Close();
        _loops--;
    }

    private void Match(int depth)
    {
        Open($"match {Expression("u8", 2)} & 7");
        foreach (var value in Enumerable.Range(0, 8).OrderBy(_ => Next(100)).Take(1 + Next(6)))
        {
            Open($"{value} =>");
            Block(depth);
            Close("},");
        }
        Open("_ =>");
        Block(depth);
        Close();
        Close();
    }

    private string Index(int length) => $"(({Expression("u8", 2)}) & {length - 1})";

    private string Literal(string type)
    {
        var bits = int.Parse(type[1..]);
        long max = type[0] == 'u' ? (1L << bits) - 1 : (1L << (bits - 1)) - 1;
        long min = type[0] == 'u' ? 0 : -max;
        return Next(6) switch
        {
            0 => "0",
            1 => "1",
            2 => max.ToString(),
            3 => min.ToString(),
            4 => _random.NextInt64(0, Math.Min(max, 12)).ToString(),
            _ => _random.NextInt64(min, max).ToString(),
        };
    }

    private string Expression(string type, int depth)
    {
        var kind = Next(depth > 0 ? 14 : 3);
        switch (kind)
        {
            case 0:
                return $"({Literal(type)} as {type})";
            case 1 or 2:
                var same = _variables.Where(v => v.Type == type).ToArray();
                return same.Length > 0 ? Pick(same).Name : Converted(type, depth);
            case 3 or 4 or 5:
                return $"({Expression(type, depth - 1)} {Pick(["+", "-", "*", "&", "|", "^"])} " +
                    $"{Expression(type, depth - 1)})";
            case 6:
                return $"({Expression(type, depth - 1)} {Pick(["/", "%"])} ({Expression(type, depth - 1)} | 1))";
            case 7:
                return $"({Expression(type, depth - 1)} {Pick(["<<", ">>"])} " +
                    $"({Expression("u8", depth - 1)} & {Pick([3, 7, 15, 31])}))";
            case 8:
                return $"(~{Expression(type, depth - 1)})";
            case 9:
                var arrays = _arrays.Where(a => a.Type == type).ToArray();
                return arrays.Length > 0 && Pick(arrays) is var a
                    ? $"{a.Name}[{Index(a.Length)}]"
                    : Converted(type, depth);
            case 10:
                var functions = _functions.Where(f => f.Result == type).ToArray();
                return functions.Length > 0 && _loops == 0 && Pick(functions) is var f
                    ? $"{f.Name}({string.Join(", ", f.Parameters.Select(p => Expression(p, depth - 1)))})"
                    : Converted(type, depth);
            case 11:
                return $"(if {Condition(depth - 1)} {{ {Expression(type, depth - 1)} }} " +
                    $"else {{ {Expression(type, depth - 1)} }})";
            default:
                return Converted(type, depth);
        }
    }

    private string Converted(string type, int depth) => depth > 0
        ? $"(({Expression(Type(), depth - 1)}) as {type})" : $"({Literal(type)} as {type})";

    private string Condition(int depth)
    {
        if (depth > 0 && Chance(25))
            return $"({Condition(depth - 1)} {Pick(new[] { "&&", "||" })} {Condition(depth - 1)})";
        if (depth > 0 && Chance(10))
            return $"!({Condition(depth - 1)})";
        var type = Type();
        var (a, b) = (Expression(type, Math.Max(0, depth - 1)), Expression(type, Math.Max(0, depth - 1)));
        return $"({a} {Pick(new[] { "==", "!=", "<", "<=", ">", ">=" })} {b})";
    }
}
