// Writes vm/MinZ.Vm/Interpreter/Interpreter.g.cs and Code.g.cs from the one table of bytecodes below.
// Run it in the repository's root: dotnet run vm/tools/GenerateInterpreter.cs
//
// A row is: name | operands | body | meaning.
// Operands: "a=" slot A is written; "a" "b" "c" "d" "e" slots that are read; "#d" "#e" "#c" immediates; "j" D is a
// jump. An indented line goes on with the row before it.
// Body: A B C SD SE are slots as long, FA FB FC FD as double, GA GB GC GD as float (GA: assign through SetG),
// D E immediates, One(x) is x, of NaNs the canonical one, W(x) wraps to the row's width,
// ADDR(x) is a checked address, IDX(n) checks index C against n.
// A body that starts with "?" is a condition to jump; such rows exist twice, the second (suffix B) for back edges,
// where fuel is charged. A body that starts with "!" ends by itself (no step to the next instruction).
// {T} in a name repeats the row for each integer width, {L} for each kind of load, {S} for each width of store.
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

const string Table = """
    Mov | a= b | A = B; | a = b
    Mov2 | a= b c= d | A = B; C = SD; | a = b, then c = d
    LdI | a= #d | A = D; | a = 32-bit immediate, sign-extended
    LdK | a= #d #e | A = *(long*)&ip->D; | a = 64-bit immediate
    Add{T} | a= b c | A = W(B + C); | sum
    AddI{T} | a= b #d | A = W(B + D); | sum with an immediate
    Sub{T} | a= b c | A = W(B - C); | difference
    SubFrom{T} | a= b #d | A = W(D - B); | immediate minus b
    Mul{T} | a= b c | A = W(B * C); | product
    MulI{T} | a= b #d | A = W(B * D); | product with an immediate
    MulAdd{T} | a= b c d | A = W(B * C + SD); | b · c + d
    MulIAdd{T} | a= b c #d | A = W(B * D + C); | b · immediate + c
    Shl{T} | a= b c | A = (ulong)C > 63 ? 0 : W(B << (int)C); | shift left, any count
    ShlI{T} | a= b #d | A = W(B << D); | shift left by an immediate below 64
    And | a= b c | A = B & C; | bitwise and
    AndI | a= b #d | A = B & D; | bitwise and with an immediate
    Or | a= b c | A = B | C; | bitwise or
    OrI | a= b #d | A = B | (long)D; | bitwise or with an immediate
    Xor | a= b c | A = B ^ C; | bitwise exclusive or
    XorI | a= b #d | A = B ^ D; | bitwise exclusive or with an immediate
    Sar | a= b c | A = B >> (int)Math.Min((ulong)C, 63); | shift right by sign, any count
    SarI | a= b #d | A = B >> D; | shift right by sign by an immediate
    Shr | a= b c | A = (ulong)C > 63 ? 0 : (long)((ulong)B >> (int)C); | logical 64-bit shift right, any count
    ShrI | a= b #d | A = (long)((ulong)B >> D); | logical 64-bit shift right by an immediate
    Rotl8 | a= b c | A = (byte)((byte)B << ((int)C & 7) | (byte)B >> (-(int)C & 7)); | rotate left, 8 bits
    Rotl16 | a= b c | A = (ushort)((ushort)B << ((int)C & 15) | (ushort)B >> (-(int)C & 15)); | rotate left, 16 bits
    Rotl32 | a= b c | A = BitOperations.RotateLeft((uint)B, (int)C); | rotate left, 32 bits
    Rotl64 | a= b c | A = (long)BitOperations.RotateLeft((ulong)B, (int)C); | rotate left, 64 bits
    Ext{T8} | a= b | A = W(B); | canonical form of the low bits
    ExtU24 | a= b | A = B & 0xFFFFFF; | canonical form of the low 24 bits, unsigned
    ExtI24 | a= b | A = B << 40 >> 40; | canonical form of the low 24 bits, signed
    Div | a= b c | { var n = C; if (n == 0) goto divide_by_zero; A = n == -1 ? -B : B / n; } | signed quotient
    DivI | a= b #d | A = B / D; | signed quotient by an immediate other than 0 and -1
    DivU | a= b c | { var n = (ulong)C; if (n == 0) goto divide_by_zero; A = (long)((ulong)B / n); } | unsigned
        quotient
    Rem | a= b c | { var n = C; if (n == 0) goto divide_by_zero; A = n == -1 ? 0 : B % n; } | signed remainder
    RemI | a= b #d | A = B % D; | signed remainder by an immediate other than 0 and -1
    RemU | a= b c | { var n = (ulong)C; if (n == 0) goto divide_by_zero; A = (long)((ulong)B % n); } | unsigned
        remainder
    Min | a= b c | A = Math.Min(B, C); | smaller, signed
    Max | a= b c | A = Math.Max(B, C); | larger, signed
    MinU | a= b c | A = (long)Math.Min((ulong)B, (ulong)C); | smaller, unsigned 64 bits
    MaxU | a= b c | A = (long)Math.Max((ulong)B, (ulong)C); | larger, unsigned 64 bits
    Abs | a= b | { var n = B; A = n < 0 ? -n : n; } | absolute value
    Select | a= b c d | A = B != 0 ? C : SD; | b ? c : d
    Eq | a= b c | A = Flag(B == C); | a = b == c
    Ne | a= b c | A = Flag(B != C); | a = b != c
    Lt | a= b c | A = Flag(B < C); | a = b < c, signed
    Le | a= b c | A = Flag(B <= C); | a = b <= c, signed
    LtU | a= b c | A = Flag((ulong)B < (ulong)C); | a = b < c, unsigned 64 bits
    LeU | a= b c | A = Flag((ulong)B <= (ulong)C); | a = b <= c, unsigned 64 bits
    EqI | a= b #d | A = Flag(B == D); | a = b == immediate
    NeI | a= b #d | A = Flag(B != D); | a = b != immediate
    LtI | a= b #d | A = Flag(B < D); | a = b < immediate
    LeI | a= b #d | A = Flag(B <= D); | a = b <= immediate
    GtI | a= b #d | A = Flag(B > D); | a = b > immediate
    GeI | a= b #d | A = Flag(B >= D); | a = b >= immediate
    EqF | a= b c | A = Flag(FB == FC); | f64 compare
    NeF | a= b c | A = Flag(FB != FC); | f64 compare
    LtF | a= b c | A = Flag(FB < FC); | f64 compare
    LeF | a= b c | A = Flag(FB <= FC); | f64 compare
    EqG | a= b c | A = Flag(GB == GC); | f32 compare
    NeG | a= b c | A = Flag(GB != GC); | f32 compare
    LtG | a= b c | A = Flag(GB < GC); | f32 compare
    LeG | a= b c | A = Flag(GB <= GC); | f32 compare
    AddF | a= b c | FA = One(FB + FC); | f64 sum
    SubF | a= b c | FA = One(FB - FC); | f64 difference
    MulF | a= b c | FA = One(FB * FC); | f64 product
    DivF | a= b c | FA = One(FB / FC); | f64 quotient
    MulAddF | a= b c d | FA = One(FB * FC + FD); | f64 b · c + d, rounded twice
    AddMulF | a= b c d | FA = One(FD + FB * FC); | f64 d + b · c, rounded twice
    SubMulF | a= b c d | FA = One(FD - FB * FC); | f64 d - b · c, rounded twice
    MulSubF | a= b c d | FA = One(FB * FC - FD); | f64 b · c - d, rounded twice
    NegF | a= b | FA = -FB; | f64 negation
    AbsF | a= b | FA = Math.Abs(FB); | f64 absolute value
    SqrtF | a= b | FA = One(Math.Sqrt(FB)); | f64 square root
    MinF | a= b c | A = FB < FC ? B : C; | f64: b < c ? b : c
    MaxF | a= b c | A = FC < FB ? B : C; | f64: c < b ? b : c
    AddG | a= b c | SetG(One(GB + GC)); | f32 sum
    SubG | a= b c | SetG(One(GB - GC)); | f32 difference
    MulG | a= b c | SetG(One(GB * GC)); | f32 product
    DivG | a= b c | SetG(One(GB / GC)); | f32 quotient
    NegG | a= b | SetG(-GB); | f32 negation
    AbsG | a= b | SetG(MathF.Abs(GB)); | f32 absolute value
    SqrtG | a= b | SetG(One(MathF.Sqrt(GB))); | f32 square root
    MinG | a= b c | A = GB < GC ? B : C; | f32: b < c ? b : c
    MaxG | a= b c | A = GC < GB ? B : C; | f32: c < b ? b : c
    IntToF | a= b | FA = B; | f64 of a signed integer
    U64ToF | a= b | FA = (ulong)B; | f64 of a u64
    IntToG | a= b | SetG((float)(double)B); | f32 of a signed integer
    FToI64 | a= b | A = (long)FB; | i64 of f64, saturating, NaN gives 0
    FToI32 | a= b | A = (int)FB; | i32 of f64, saturating, NaN gives 0
    FToU32 | a= b | A = (uint)FB; | u32 of f64, saturating, NaN gives 0
    FToU64 | a= b | A = (long)(ulong)FB; | u64 of f64, saturating, NaN gives 0
    FToG | a= b | SetG(One((float)FB)); | f32 of f64
    BitsF | a= b | A = BitConverter.DoubleToInt64Bits(One(FB)); | bits of f64, one pattern for NaN
    BitsG | a= b | SetG(One(GB)); | bits of f32, one pattern for NaN
    GToF | a= b | FA = One(GB); | f64 of f32
    AddLdF | a= b c #d | ADDR(C + D); FA = One(FB + *(double*)(memory + address)); | f64 b + memory at c + immediate
    SubLdF | a= b c #d | ADDR(C + D); FA = One(FB - *(double*)(memory + address)); | f64 b - memory at c + immediate
    MulLdF | a= b c #d | ADDR(C + D); FA = One(FB * *(double*)(memory + address)); | f64 b · memory at c + immediate
    LdSubLdF | a= b c #d #e | { ADDR(B + E); var f = *(double*)(memory + address); ADDR(C + D); FA = One(f -
        *(double*)(memory + address)); } | f64 memory at b + E minus memory at c + D
    AddStF | a b #d | ADDR(B + D); *(double*)(memory + address) = One(*(double*)(memory + address)
        + FA); | f64 memory at b + immediate += a
    SubStF | a b #d | ADDR(B + D); *(double*)(memory + address) = One(*(double*)(memory + address)
        - FA); | f64 memory at b + immediate -= a
    AddMulStF | a b c #d | ADDR(C + D); *(double*)(memory + address) = One(*(double*)(memory + address)
        + FA * FB); | f64 memory at c + immediate += a ·
        b
    SubMulStF | a b c #d | ADDR(C + D); *(double*)(memory + address) = One(*(double*)(memory + address)
        - FA * FB); | f64 memory at c + immediate -= a ·
        b
    Ld{L} | a= b #d | ADDR(B + D); A = LOAD; | load at b + displacement
    LdX{L} | a= b c #d | ADDR(B + C * SIZE + D); A = LOAD; | load element c of a run at b + displacement
    LdXB{L} | a= b c #d e | IDX(SE); ADDR(B + C * SIZE + D); A = LOAD; | the same, c checked against e
    LdXBI{L} | a= b c #d #e | IDX(E); ADDR(B + C * SIZE + D); A = LOAD; | the same, c checked against an immediate
    St{S} | a b #d | ADDR(B + D); STORE(A); | store at b + displacement
    StI{S} | b #d #e | ADDR(B + D); STORE(E); | store an immediate at b + displacement
    StX{S} | a b c #d | ADDR(B + C * SIZE + D); STORE(A); | store element c of a run at b + displacement
    StXB{S} | a b c #d e | IDX(SE); ADDR(B + C * SIZE + D); STORE(A); | the same, c checked against e
    StXBI{S} | a b c #d #e | IDX(E); ADDR(B + C * SIZE + D); STORE(A); | the same, c checked against an immediate
    PtrAdd | a= b c #d #e | A = (uint)B + (uint)C * (uint)E + (uint)D; | address b + c · E + D
    PtrAddB | a= b c #d e | IDX(SE); A = (uint)B + (uint)C * (uint)D; | address b + c · D, c checked against e
    PtrAddBI | a= b c #d #e | IDX(E); A = (uint)B + (uint)C * (uint)D; | address b + c · D, c checked against an
        immediate
    Bounds | c e | IDX(SE); | checks index c against e
    BoundsI | c #e | IDX(E); | checks index c against an immediate
    Copy | a b #d | { if (!Covers(A, D) || !Covers(B, D)) { address = Fault(A, B, D); goto bad_address; }
        Buffer.MemoryCopy(memory + (uint)B, memory + (uint)A, D, D); } | copies D bytes to a from b
    JmpT | a j | ?A != 0 | jump when a
    JmpF | a j | ?A == 0 | jump unless a
    JEq | a b j | ?A == B | jump when a == b
    JNe | a b j | ?A != B | jump when a != b
    JLt | a b j | ?A < B | jump when a < b, signed
    JLe | a b j | ?A <= B | jump when a <= b, signed
    JLtU | a b j | ?(ulong)A < (ulong)B | jump when a < b, unsigned 64 bits
    JLeU | a b j | ?(ulong)A <= (ulong)B | jump when a <= b, unsigned 64 bits
    JEqI | a j #e | ?A == E | jump when a == immediate
    JNeI | a j #e | ?A != E | jump when a != immediate
    JLtI | a j #e | ?A < E | jump when a < immediate
    JLeI | a j #e | ?A <= E | jump when a <= immediate
    JGtI | a j #e | ?A > E | jump when a > immediate
    JGeI | a j #e | ?A >= E | jump when a >= immediate
    JAndI | a j #e | ?(A & E) != 0 | jump when a & immediate
    JNAndI | a j #e | ?(A & E) == 0 | jump unless a & immediate
    JEqF | a b j | ?FA == FB | f64 jump when a == b
    JNeF | a b j | ?FA != FB | f64 jump when a != b
    JLtF | a b j | ?FA < FB | f64 jump when a < b
    JLeF | a b j | ?FA <= FB | f64 jump when a <= b
    JNLtF | a b j | ?!(FA < FB) | f64 jump unless a < b
    JNLeF | a b j | ?!(FA <= FB) | f64 jump unless a <= b
    JEqG | a b j | ?GA == GB | f32 jump when a == b
    JNeG | a b j | ?GA != GB | f32 jump when a != b
    JLtG | a b j | ?GA < GB | f32 jump when a < b
    JLeG | a b j | ?GA <= GB | f32 jump when a <= b
    JNLtG | a b j | ?!(GA < GB) | f32 jump unless a < b
    JNLeG | a b j | ?!(GA <= GB) | f32 jump unless a <= b
    Jmp | j | ?true | jump
    IncJLt{T} | a= a b #c j | ^var n = W(A + (short)ip->C); A = n; ^ n < B | a += immediate C, back when a < b
    IncJLe{T} | a= a b #c j | ^var n = W(A + (short)ip->C); A = n; ^ n <= B | a += immediate C, back when a <= b
    IncJLtI{T} | a= a #c j #e | ^var n = W(A + (short)ip->C); A = n; ^ n < E | a += immediate C, back when a < E
    IncJNeI{T} | a= a #c j #e | ^var n = W(A + (short)ip->C); A = n; ^ n != E | a += immediate C, back when a != E
    AddJLe{T} | a= a b c j | ^var n = W(A + C); A = n; ^ n <= B | a += c, back when a <= b
    AddJLt{T} | a= a b c j | ^var n = W(A + C); A = n; ^ n < B | a += c, back when a < b
    Switch | a #d #e | !ip += 1 + Math.Min((ulong)(A - D), (uint)E); continue; | to the instruction a - D behind this
        one, E behind when not below E
    Call | #a b= #d #e | !{ var f = *(CodeEntry**)&ip->D; var next = R + ip->A; if (--fuel < 0) goto end_of_turn; var
        depth = ((int*)R)[-3] + 1; if (next + f->FrameSlots > stackLimit || depth > maxDepth) goto stack_overflow;
        next[-1] = (long)(ip + 1); ((int*)next)[-4] = ip->A; ((int*)next)[-3] = depth; R = next; ip = f->Code;
        continue; } | call of the code entry D:E; arguments from slot A on, result to b
    Ret | a | !{ var v = A; var back = (Insn*)R[-1]; R -= ((int*)R)[-4]; R[back[-1].B] = v; ip = back; continue; } |
        return a
    RetI | #d | !{ long v = D; var back = (Insn*)R[-1]; R -= ((int*)R)[-4]; R[back[-1].B] = v; ip = back; continue; }
        | return an immediate
    RetVoid | | !{ var back = (Insn*)R[-1]; R -= ((int*)R)[-4]; ip = back; continue; } | return nothing
    Enter | a= #d | { var top = _shadowTop; if (top + (uint)D > _shadowEnd) goto stack_overflow; A = (long)top;
        _shadowTop = top + (uint)D; } | reserves D bytes of addressable frame, their address in a
    Leave | a | _shadowTop = (ulong)A; if (_shadowTop == _chunkStart) LeaveChunk(); | gives back the addressable frame
    Halt | | !goto halted; | back to the host
    TailCall | #d #e | !{ var f = *(CodeEntry**)&ip->D; if (--fuel < 0) goto end_of_turn; if (R + f->FrameSlots >
        stackLimit) goto stack_overflow; ip = f->Code; continue; } | continue in another function, in this frame
    EnterZeroed | a= #d | { var top = _shadowTop; if (top + (uint)D > _shadowEnd) goto stack_overflow; A =
        (long)top; _shadowTop = top + (uint)D; NativeMemory.Clear(memory + top, (uint)D); } | the same, zeroed
    New | a= #d #e | { var top = _buffer.Top; if (top + (uint)D > _buffer.Limit) goto default; _buffer.Top = top +
        (uint)D; *(ulong*)(memory + top) = (uint)ip->E | (ulong)(uint)ip->D << 32; A = (long)top + 8; } | new object
        of layout E, D bytes with its header
    ChanSend | a b | if (!TrySend(ip, R)) goto default; | sends b on channel a
    ChanSendFrom | a b #d | if (!TrySend(ip, R)) goto default; | sends the D bytes at address b on channel a
    ChanReceive | a= b #d | if (!TryReceive(ip, R)) goto default; | receives a value of representation D from channel b
    ChanReceiveTo | a b #d | if (!TryReceiveTo(ip, R)) goto default; | receives D bytes from channel a to address b
    ChanTake | a= b c #d | if (!TryTake(ip, R)) goto default; | the same from channel b to address c; a = false when it
        is closed
    """;

// Codes that leave the loop: Interpreter.Slow does them.
const string Slow = """
    CallIndirect | #a b= c #e | call of the function value c, checked against signature E
    Translate | | first call of a function: translates it, continues in its code
    Trap | #d | stops with trap code D
    TrapText | a #d | stops with trap code D and the str a
    NewZeroed | a= b #d #e | zeroed run of b elements of D bytes, layout E
    Fill | a b c | fills c bytes at a with byte b
    CopyN | a b c | copies c bytes to a from b
    StrLen | a= b | length of str b
    StrAt | a= b c | byte c of str b
    StrConcat | a= b c | both strings in one
    StrSlice | a= b c d | str b from c to d
    StrCompare | a= b c | -1, 0 or 1
    StrOf | a= b #d | text of b, a value of type D
    StrFrom | a= b c | str of the c bytes at b
    Evaluate | a= b c #d | op and type of evaluation D
    Convert | a= b #d | conversion D
    Intrinsic | a= b #c #d | intrinsic C on b, a value of type D
    Host | #a b= #c #d | host function D with C arguments from slot A on
    AsmBlock | #a b #c #d | inline assembly D with C inputs from slot A on; the addressable frame is at b
    ChanSelect | #a b= #c #d | waits for one of the cases D, with C operands from slot A on; its number to b
    ChanNew | a= b #d #e | channel with room for b elements of D bytes, layout E
    ChanClose | a | closes channel a
    Spawn | #a #c #d #e | starts a thread that calls code entry D:E with C arguments from slot A on
    Yield | | lets other threads run
    Sleep | a | waits for a milliseconds
    ThreadReport | a | the end of this thread is reported on channel a
    ThreadGuard | a #d | a trap of this thread closes channel a; the D-th such
    EndThread | | ends this thread
    """;

var root = Directory.GetCurrentDirectory();
var self = Path.Combine(root, "vm", "tools", "GenerateInterpreter.cs");
var hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(self)))[..16];
var rows = new List<(string Name, string Operands, string Body, string Doc)>();
foreach (var line in Lines(Table))
    Expand(Split(line));
var fast = rows.Count;
foreach (var line in Lines(Slow))
    rows.Add((Split(line)[0], Split(line)[1], "", Split(line)[3]));
WriteCodes();
WriteLoop();
Console.WriteLine($"{fast} codes in the loop, {rows.Count - fast} outside");

// An indented line goes on with the row before it.
static IEnumerable<string> Lines(string text) =>
    text.Replace("\n    ", " ").Split('\n').Where(l => l.Trim().Length > 0);

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
    // From vm/tools/GenerateInterpreter.cs ({{hash}}). Edit the table there and run it again.
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
