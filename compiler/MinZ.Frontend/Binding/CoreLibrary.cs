using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Built-in functions and types that are written in MinZ; each is compiled only when a program uses it.
/// </summary>
internal static class CoreLibrary
{
    /// <summary>Path under which messages and debuggers show the source.</summary>
    public const string Path = "core.minz";

    // Every one-character text is a part of it.
    private static string AllCharacters => string.Concat(Enumerable.Range(0, 256).Select(c => $"\\x{c:X2}"));

    public static readonly string Source = $$"""
        fn memcpy(to: *mut u8, from: *u8, count: u16) -> void {
            let mut i: u16 = 0
            while i < count {
                to[i] = from[i]
                i += 1
            }
        }

        fn memset(to: *mut u8, value: u8, count: u16) -> void {
            let mut i: u16 = 0
            while i < count {
                to[i] = value
                i += 1
            }
        }

        fn strlen(text: *u8) -> u16 {
            let mut length: u16 = 0
            while text[length] != 0 {
                length += 1
            }
            return length
        }

        fn length_in_byte(text: str) -> u8 {
            if text.len > 255 { panic("the length of a string does not fit in u8") }
            return text.len as u8
        }

        fn print_cstr(text: *u8) -> void {
            let mut i: u16 = 0
            while text[i] != 0 {
                print_char(text[i])
                i += 1
            }
        }

        fn cls() -> void {
            memset(0x4000 as *u8, 0, 6144)
            memset(0x5800 as *u8, 56, 768)
            @target("z80") {
                print_char(22)
                print_char(0)
                print_char(0)
            }
        }

        fn pad(n: u16, width: u8) -> void {
            let mut digits: u8 = 1
            let mut rest: u16 = n / 10
            while rest > 0 {
                digits += 1
                rest /= 10
            }
            while digits < width {
                print_char(' ')
                digits += 1
            }
            print_u16(n)
        }

        struct Range<T> { start: T, end: T }

        impl<T> Range<T> {
            fn contains(self, x: T) -> bool { self.start <= x && x < self.end }
            fn is_empty(self) -> bool { self.start >= self.end }
        }

        struct RangeInclusive<T> { start: T, end: T }

        impl<T> RangeInclusive<T> {
            fn contains(self, x: T) -> bool { self.start <= x && x <= self.end }
            fn is_empty(self) -> bool { self.start > self.end }
        }

        fn print_binary(n: u32) -> void {
            if n > 1 { print_binary(n >> 1) }
            print_char('0' + (n as u8 & 1))
        }

        fn print_fill(count: u8, width: u8, fill: u8) -> void {
            let mut n = count
            while n < width {
                print_char(fill)
                n += 1
            }
        }

        fn print_in_base(n: u32, base: u8) -> void {
            if n >= base { print_in_base(n / base, base) }
            let digit = (n % base) as u8
            print_char(if digit < 10 { '0' + digit } else { 'A' + digit - 10 })
        }

        fn print_padded(n: u32, negative: bool, base: u8, width: u8, fill: u8, left: bool) -> void {
            let mut count: u8 = 1
            let size: u32 = if negative { 0 - n } else { n }
            let mut rest: u32 = size / base
            while rest > 0 {
                count += 1
                rest /= base
            }
            if negative { count += 1 }
            if !left && fill == ' ' { print_fill(count, width, fill) }
            if negative { print_char('-') }
            if !left && fill != ' ' { print_fill(count, width, fill) }
            print_in_base(size, base)
            if left { print_fill(count, width, ' ') }
        }

        fn print_text_padded(text: str, width: u8, left: bool) -> void {
            let count: u8 = if text.len > 255 { 255 } else { text.len as u8 }
            if !left { print_fill(count, width, ' ') }
            print_string(text)
            if left { print_fill(count, width, ' ') }
        }

        fn text_in_base(n: u32, base: u8, digits: u8) -> str {
            let digit = (n % base) as u8
            let last = "0123456789ABCDEF"[digit..digit + 1]
            if n < base && digits <= 1 { return last }
            return text_in_base(n / base, base, if digits > 1 { digits - 1 } else { 0 }) + last
        }

        fn text_of_char(c: u8) -> str {
            let at: u16 = c
            return "{{AllCharacters}}"[at..at + 1]
        }

        fn text_padded(text: str, width: u8, fill: str, left: bool) -> str {
            let mut all = text
            if fill == "0" && text.len > 0 && text[0] == '-' {
                return "-" + text_padded(text[1..text.len], width - 1, fill, left)
            }
            while all.len < width {
                all = if left { all + " " } else { fill + all }
            }
            return all
        }
        """;
}

/// <summary>Access to the core library.</summary>
internal sealed partial class ProgramBinder
{
    private ModuleSymbol? _core;

    /// <summary>A function of the core library.</summary>
    public FunctionSymbol Core(string name)
    {
        var function = ((FunctionGroup)CoreModule().Members[name]).Functions[0];
        BindSignature(function);
        return function;
    }

    private ModuleSymbol CoreModule()
    {
        if (_core is not null)
            return _core;
        _core = new ModuleSymbol("core", "core.") { IsLibrary = true };
        var source = new SourceText(CoreLibrary.Source, CoreLibrary.Path);
        Files.Add(source);
        Declare(SyntaxTree.Parse(source), _core);
        foreach (var f in _core.Members.Values.OfType<FunctionGroup>())
            f.Functions[0].MirName = Unique(f.Functions[0].MirName);
        foreach (var type in _core.Members.Values.OfType<TypeSymbol>().Where(t => !Root.Members.ContainsKey(t.Name)))
            type.MirName = type.Name;
        DeclareMethods();
        return _core;
    }

    private readonly Dictionary<MirType, (MirType Element, bool IsInclusive)> _ranges = [];

    /// <summary>The type of <c>a..b</c>, or of <c>a..=b</c>, as a value: a struct of both ends.</summary>
    public StructType RangeOf(MirType element, bool isInclusive, Location where)
    {
        var symbol = (TypeSymbol)CoreModule().Members[isInclusive ? "RangeInclusive" : "Range"];
        var type = (StructType)ResolveType(symbol, [element], where);
        _ranges.TryAdd(type, (element, isInclusive));
        return type;
    }

    /// <summary>What a type made by <see cref="RangeOf"/> is a range of; null for all other types.</summary>
    public (MirType Element, bool IsInclusive)? RangeParts(MirType type) =>
        _ranges.TryGetValue(type, out var parts) ? parts : null;
}
