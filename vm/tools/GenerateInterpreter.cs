// Writes vm/MinZ.Vm/Interpreter/Interpreter.g.cs and Code.g.cs from the table of bytecodes in Bytecodes.txt.
// Run it in the repository's root: dotnet run vm/tools/GenerateInterpreter.cs
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

var widths = new (string Suffix, string Cast)[]
{
    ("64", ""), ("U8", "(byte)"), ("I8", "(sbyte)"), ("U16", "(ushort)"), ("I16", "(short)"), ("U32", "(uint)"),
    ("I32", "(int)"),
};
var loads = new (string Suffix, string Type, int Size)[]
{
    ("U8", "byte", 1), ("I8", "sbyte", 1), ("U16", "ushort", 2), ("I16", "short", 2), ("U32", "uint", 4),
    ("I32", "int", 4), ("64", "long", 8),
};
var stores = new (string Suffix, string Type, int Size)[]
{
    ("8", "byte", 1), ("16", "ushort", 2), ("32", "uint", 4), ("64", "long", 8),
};

var root = Directory.GetCurrentDirectory();
var self = File.ReadAllBytes(Path.Combine(root, "vm", "tools", "GenerateInterpreter.cs"));
var table = File.ReadAllBytes(Path.Combine(root, "vm", "tools", "Bytecodes.txt"));
var hash = Convert.ToHexString(SHA256.HashData([.. self, .. table]))[..16];
var rows = new List<(string Name, string Operands, string Body, string Doc)>();
var sections = Encoding.UTF8.GetString(table).Split("\n[outside]\n");
foreach (var line in Lines(sections[0]))
    Expand(Split(line));
var fast = rows.Count;
foreach (var line in Lines(sections[1]))
    rows.Add((Split(line)[0], Split(line)[1], "", Split(line)[3]));
WriteCodes();
WriteLoop();
Console.WriteLine($"{fast} codes in the loop, {rows.Count - fast} outside");

// An indented line goes on with the row before it.
static IEnumerable<string> Lines(string text) =>
    text.Replace("\n    ", " ").Split('\n').Where(l => l.Trim().Length > 0 && !l.StartsWith('#'));

// The body may hold bars of its own: the first two and the last one separate.
static string[] Split(string line)
{
    var first = line.IndexOf('|');
    var second = line.IndexOf('|', first + 1);
    var last = line.LastIndexOf('|');
    return [line[..first].Trim(), line[(first + 1)..second].Trim(),
        last > second ? line[(second + 1)..last].Trim() : "", line[(last + 1)..].Trim()];
}

void Expand(string[] p)
{
    var (name, operands, body, doc) = (p[0], p[1], p[2], p[3]);
    if (name.Contains("{T}") || name.Contains("{T8}"))
        foreach (var w in widths.Where(w => !name.Contains("{T8}") || w.Suffix != "64"))
            Add(name.Replace("{T}", w.Suffix).Replace("{T8}", w.Suffix), operands, Wrap(body, w.Cast), doc);
    else if (name.Contains("{L}"))
        foreach (var l in loads)
            Add(name.Replace("{L}", l.Suffix), operands,
                Scale(body, l.Size).Replace("LOAD", $"*({l.Type}*)(memory + address)"), doc);
    else if (name.Contains("{S}"))
        foreach (var s in stores)
            Add(name.Replace("{S}", s.Suffix), operands,
                Regex.Replace(Scale(body, s.Size), @"STORE\((\w+)\)",
                    $"*({s.Type}*)(memory + address) = ({s.Type})$1"), doc);
    else
        Add(name, operands, body, doc);
}

static string Wrap(string body, string cast) => body.Replace("W(", cast + "(");

static string Scale(string body, int size) => body.Replace(" * SIZE", size == 1 ? "" : $" * {size}");

void Add(string name, string operands, string body, string doc)
{
    if (body.StartsWith('?'))
    {
        rows.Add((name, operands, $"!if ({body[1..]}) {{ ip += D; continue; }} ip++; continue;", doc));
        rows.Add((name + "B", operands,
            $"!if ({body[1..]}) {{ if (--fuel < 0) goto end_of_turn; ip += D; continue; }} ip++; continue;",
            doc + ", back"));
        if (name == "Jmp")
        {
            rows[^2] = (name, operands, "!ip += D; continue;", doc);
            rows[^1] = (name + "B", operands, "!if (--fuel < 0) goto end_of_turn; ip += D; continue;", doc + " back");
        }
        return;
    }
    if (body.StartsWith('^'))
    {
        var parts = body[1..].Split('^');
        body = $"!{{ {parts[0].Trim()} if ({parts[1].Trim()}) " +
            "{ if (--fuel < 0) goto end_of_turn; ip += D; continue; } ip++; continue; }";
    }
    rows.Add((name, operands, body, doc));
}

string Code(string body)
{
    body = Regex.Replace(body, @"ADDR\(([^)]*)\);", m =>
        $"address = {string.Join(" + ", m.Groups[1].Value.Split(" + ").Select(t => "(uint)" + t))}; " +
        "if (address - NullPage >= span) goto bad_address;");
    body = Regex.Replace(body, @"IDX\((\w+)\);", "if ((ulong)C >= (ulong)$1) goto out_of_range;");
    body = Regex.Replace(body, @"SetG\((.*)\);", "A = BitConverter.SingleToUInt32Bits($1);");
    foreach (var x in "ABC")
    {
        body = Regex.Replace(body, $@"(?<![>\w.])F{x}\b", $"((double*)R)[ip->{x}]");
        body = Regex.Replace(body, $@"(?<![>\w.])G{x}\b", $"*(float*)(R + ip->{x})");
        body = Regex.Replace(body, $@"(?<![>\w.]){x}\b", $"R[ip->{x}]");
    }
    body = Regex.Replace(body, @"(?<![>\w.])FD\b", "((double*)R)[ip->D]");
    body = Regex.Replace(body, @"(?<![>\w.])S([DE])\b", "R[ip->$1]");
    return Regex.Replace(body, @"(?<![>\w.])([DE])\b", "ip->$1");
}

void WriteCodes()
{
    var s = Header();
    s.AppendLine("""
        /// <summary>
        /// A bytecode. Operands a, b, c, d, e are the frame slots that fields A … E name; D and E are also immediates.
        /// </summary>
        internal enum Code
        {
        """);
    foreach (var r in rows)
    {
        var doc = r.Doc.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
        s.AppendLine($"    /// <summary>{doc}</summary>\n    {r.Name},");
    }
    s.AppendLine("""
        }

        /// <summary>Which fields of each bytecode are slots, and how they are used.</summary>
        internal static partial class Codes
        {
        """);
    s.AppendLine("    private static ReadOnlySpan<ushort> Table =>\n    [");
    foreach (var r in rows)
        s.AppendLine($"        {Flags(r.Operands)}, // {r.Name}: {r.Operands}");
    s.AppendLine("""
            ];

            /// <summary>How a code uses its fields.</summary>
            public static Fields Of(Code code) => (Fields)Table[(int)code];
        }
        """);
    File.WriteAllText(Path.Combine(root, "vm/MinZ.Vm/Interpreter/Code.g.cs"), s.ToString());
}

static int Flags(string operands)
{
    var flags = 0;
    foreach (var o in operands.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        flags |= o switch
        {
            "a=" => 1, "b=" => 2, "c=" => 4, "a" => 8, "b" => 16, "c" => 32, "d" => 64, "e" => 128, "j" => 256,
            "#a" => 512, "#c" => 1024, "#d" => 2048, "#e" => 4096,
            _ => throw new FormatException($"operand {o}"),
        };
    return flags;
}

StringBuilder Header() => new StringBuilder($$"""
    // <auto-generated>
    // From vm/tools/Bytecodes.txt ({{hash}}). Edit the table there and run vm/tools/GenerateInterpreter.cs again.
    // </auto-generated>
    #nullable enable
    using System.Numerics;
    using System.Runtime.InteropServices;
    using MinZ.Mir;
    using MinZ.Vm.Memory;

    namespace MinZ.Vm.Interpreter;

    """).AppendLine();

void WriteLoop()
{
    var s = Header();
    s.AppendLine("""
        internal sealed unsafe partial class Machine
        {
            private const uint NullPage = LinearMemory.NullPageBytes;

            /// <summary>
            /// Runs from an instruction until Halt or a trap. R is the frame: slots are 64-bit words of canonical bits.
            /// </summary>
            private TrapCode? Execute(Insn* ip, long* R)
            {
                var memory = _memory;
                var span = _span;
                var stackLimit = _stackLimit;
                var maxDepth = _maxDepth;
                var fuel = _fuel;
                uint address = 0;
                TrapCode trap;
            run:
                for (; ; )
                {
                    switch (ip->Op)
                    {
        """);
    foreach (var r in rows.Take(fast))
    {
        var body = Code(r.Body.TrimStart('!'));
        s.AppendLine($"                case Code.{r.Name}: {body}{(r.Body.StartsWith('!') ? "" : " ip++; continue;")}");
    }
    s.AppendLine("""
                        default:
                            _fuel = fuel;
                            address = 0;
                            ip = Slow(ip, R);
                            fuel = _fuel;
                            R = _frame;
                            stackLimit = _stackLimit;
                            if (ip == null)
                            {
                                ip = _ip;
                                trap = _trap;
                                goto stop;
                            }
                            continue;
                    }
                }

            halted:
                _fuel = fuel;
                return null;
            divide_by_zero:
                trap = TrapCode.DivideByZero;
                goto stop;
            out_of_range:
                trap = TrapCode.IndexOutOfRange;
                goto stop;
            bad_address:
                _fault = address;
                trap = address < NullPage ? TrapCode.NullReference : TrapCode.BadAddress;
                goto stop;
            end_of_turn:
                _fuel = fuel;
                ip = EndTurn(ip, R);
                goto resume;
            stack_overflow:
                _fuel = fuel;
                ip = MakeRoom(ip, R);
            resume:
                fuel = _fuel;
                R = _frame;
                stackLimit = _stackLimit;
                if (ip != null)
                    goto run;
                ip = _ip;
                trap = _trap;
                goto stop;
            stop:
                _fuel = fuel;
                _ip = ip;
                _frame = R;
                return trap;
            }
        }
        """);
    File.WriteAllText(Path.Combine(root, "vm/MinZ.Vm/Interpreter/Interpreter.g.cs"), s.ToString());
}
