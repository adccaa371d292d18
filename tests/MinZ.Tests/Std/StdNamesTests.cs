using MinZ.Driver;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Std;

/// <summary>
/// The names that programs of others use are there with the parameters and results they expect, however they are
/// reached: by the full path, the last part of it, an alias, or without any.
/// </summary>
public sealed class StdNamesTests
{
    /// <summary>Module, calls with what they yield (empty for nothing), and constants with their type.</summary>
    public static TheoryData<string, string> Names => new()
    {
        { "zx.screen", """
            pixel_addr(b, b): u16; attr_addr(b, b): u16; set_border(b); clear(b, b, true, false); set_pixel(b, b)
            clear_pixel(b, b); plot(b, b); draw_hline(b, b, b); draw_vline(b, b, b); draw_rect(b, b, b, b)
            draw_line(b, b, b, b); set_cursor(b, b); get_cursor(): (u8, u8); set_text_attr(b, b, true, true)
            set_ink(b); set_paper(b); print_char(b); print_string("a"); print_string(p); print_at(b, b, "a")
            print_number(w); print_hex8(b); print_hex16(w); clear_screen(b, b, false, false); scroll_up(); init_text()
            SCREEN_WIDTH: u16; SCREEN_HEIGHT: u8; SCREEN_ADDR: u16; ATTR_ADDR: u16; ATTR_SIZE: u16; SCREEN_START: u16
            ATTR_START: u16; BLACK: u8; BLUE: u8; RED: u8; MAGENTA: u8; GREEN: u8; CYAN: u8; YELLOW: u8; WHITE: u8
            BRIGHT: u8; FLASH: u8; CHAR_WIDTH: u8; CHAR_HEIGHT: u8; TEXT_COLS: u8; TEXT_ROWS: u8; CHAR_ROM: u16
            """ },
        { "zx.input", """
            is_key_pressed(b): bool; read_joystick(): u8; joy_right(): bool; joy_left(): bool; joy_down(): bool
            joy_up(): bool; joy_fire(): bool; wait_key(): u8; any_key(): bool; read_keyboard(): u8; KEY_SHIFT: u8
            KEY_SPACE: u8; KEY_SYM: u8; KEY_B: u8; KEY_ENTER: u8; JOY_RIGHT: u8; JOY_FIRE: u8
            """ },
        { "zx.sound", "beep(w, w)" },
        { "zx.io_simple", """
            zx_print_char(b); zx_print_string("a"); zx_cls(); zx_wait_key(): u8; zx_key_pressed(): bool
            zx_set_border(b); zx_set_ink(b); zx_set_paper(b); zx_beep(w, w); zx_at(b, b)
            """ },
        { "std.mem", """
            copy(p, p, w); fill(p, b, w); compare(p, p, w): i8; find(p, b, w): *u8; swap(p, p, w)
            """ },
        { "std.math", """
            square(b): u8; square(w): u16; cube(b): u16; is_even(w): bool; is_odd(w): bool; clamp(w, w, w): u16
            gcd(w, w): u16; lcm(w, w): u16; PI_TIMES_100: u16; E_TIMES_100: u16; PHI_TIMES_100: u16
            """ },
        { "std.io", """
            print_char(b); print_u8(b); print_u16(w); print_string("a"); print_newline(); print_space()
            print_hex_u8(b); print_hex_u16(w)
            """ },
        { "std.core", """
            mem_copy(p, p, w); mem_set(p, b, w); mem_compare(p, p, w): i8; abs8(i): u8; abs16(j): u16; min8(b, b): u8
            max8(b, b): u8; min16(w, w): u16; max16(w, w): u16; clamp8(b, b, b): u8; count_ones_u8(b): u8
            count_ones_u16(w): u8; first_one_u8(b): u8; reverse_bits_u8(b): u8; rotate_left_u8(b, b): u8
            rotate_right_u8(b, b): u8; assert(true); array_fill_u8(p, b, w); array_copy_u8(p, p, w)
            array_find_u8(p, b, w): u16; str_len("a"): u16; str_data("a"): *u8; str_copy(p, "a"): u16
            str_compare("a", "b"): i8
            """ },
        { "std.core_with_overloading", """
            print(b); print("a"); println(w); min(b, b): u8; max(w, w): u16; abs(i): u8; abs(j): u16; clamp(b, b, b): u8
            clamp(w, w, w): u16; copy(p, p, w); fill(p, b, w); compare(p, p, w): i8; swap(&mut b, &mut b)
            find(p, b, w): u16; contains(p, b, w): bool; count(p, b, w): u16; popcount(b): u8; popcount(w): u8
            leading_zeros(b): u8; leading_zeros(w): u8; len("a"): u16
            """ },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_reached_in_four_ways(string module, string names)
    {
        foreach (var prefix in (string[])["", module[(module.IndexOf('.') + 1)..] + ".", module + ".", "alias."])
        {
            var import = prefix == "alias." ? $"import {module} as alias" : $"import {module}";
            var statements = names.Split(';', '\n').Select(n => n.Trim()).Where(n => n.Length > 0)
                .Select((n, i) => n.Split(": ") is [var use, var type]
                    ? $"    let mut v{i}: {type} = {prefix}{use}\n" : $"    {prefix}{n}\n");
            var result = Compilation.Compile([new SourceText($$"""
                {{import}}
                fn main() {
                    let mut b: u8 = 1
                    let w: u16 = 1
                    let i: i8 = 1
                    let j: i16 = 1
                    let p: *mut u8 = &mut b
                {{string.Concat(statements)}}
                }
                """, "t.minz")],
                new CompilationOptions { ResolveModule = StdReference.Resolve, Evaluator = VmEvaluator.Instance });
            Assert.DoesNotContain(result.Diagnostics, d => d.IsError);
        }
    }
}
