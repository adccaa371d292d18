using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Binding;

/// <summary>Built-in functions that are written in MinZ; each is compiled only when a program uses it.</summary>
internal static class CoreLibrary
{
    /// <summary>Path under which messages and debuggers show the source.</summary>
    public const string Path = "core.minz";

    public const string Source = """
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

        fn print_binary(n: u32) -> void {
            if n > 1 { print_binary(n >> 1) }
            print_char('0' + (n as u8 & 1))
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
        if (_core is null)
        {
            _core = new ModuleSymbol("core", "core.") { IsLibrary = true };
            var source = new SourceText(CoreLibrary.Source, CoreLibrary.Path);
            Files.Add(source);
            Declare(SyntaxTree.Parse(source), _core);
            foreach (var f in _core.Members.Values.OfType<FunctionGroup>())
                f.Functions[0].MirName = Unique(f.Functions[0].MirName);
        }
        var function = ((FunctionGroup)_core.Members[name]).Functions[0];
        BindSignature(function);
        return function;
    }
}
