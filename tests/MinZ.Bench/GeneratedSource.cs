using System.Text;

namespace MinZ.Bench;

/// <summary>
/// A program of as many lines as wanted, of the kind people write: structs, loops, matches, calls, printing.
/// </summary>
internal static class GeneratedSource
{
    // $ is the number of the copy.
    private const string Unit = """
        struct Sprite$ { x: u8, y: u8, speed: i8, alive: bool }

        enum Move$ { Stay, Left, Right, Jump(u8) }

        global table$: [u8; 16] = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 7, 9, 11, 4]

        impl Sprite$ {
            fn moved(self, by: u8) -> Sprite$ {
                return Sprite$ { x: self.x + by, y: self.y, speed: self.speed, alive: self.alive }
            }
        }

        fn apply$(sprite: Sprite$, move: Move$) -> Sprite$ {
            return match move {
                Move$.Stay => sprite,
                Move$.Left => sprite.moved(255),
                Move$.Right => sprite.moved(1),
                Move$.Jump(height) => Sprite$ { x: sprite.x, y: sprite.y - height, speed: -1, alive: true },
            }
        }

        fn checksum$(seed: u16, length: u8) -> u16 {
            let mut sum = seed
            for i in 0..length {
                let value = table$[i & 15]
                if value > 100 && (sum & 1) != 0 {
                    sum = (sum << 1) ^ 0x1021
                } else {
                    sum += value as u16 * 3 + i as u16
                }
            }
            while sum > 40000 {
                sum -= 12345
            }
            return sum
        }

        fn play$(rounds: u8) -> u16 {
            let mut sprite = Sprite$ { x: 10, y: 20, speed: 1, alive: true }
            let mut total: u16 = 0
            for round in 0..rounds {
                sprite = apply$(sprite, Move$.Jump(round))
                sprite = apply$(sprite, Move$.Right)
                total += checksum$(total, sprite.x) + sprite.y as u16
            }
            @println("round $: {total}")
            return total
        }

        """;

    /// <summary>
    /// The program: whole copies until it has at least <paramref name="lines"/> lines, and a main that calls all.
    /// </summary>
    public static string Create(int lines)
    {
        int size = Unit.Count(c => c == '\n') + 2;
        int count = (lines + size - 1) / size;
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            text.Append(Unit.Replace("$", $"{i}", StringComparison.Ordinal)).Append('\n');
        }

        text.Append("fn main() -> u8 {\n    let mut total: u16 = 0\n");
        for (int i = 0; i < count; i++)
        {
            text.Append($"    total += play{i}(3)\n");
        }

        return text.Append("    return (total & 63) as u8\n}\n").ToString();
    }
}
