using System.Globalization;
using MinZ.Z80;

namespace MinZ.Hosting.Running;

/// <summary>
/// Keys pressed at given frames: entries <c>FRAME:KEY</c> (held five frames), <c>FRAME:KEY*HELD</c> or
/// <c>FRAME:'text'</c> (typed), separated by commas or blanks. Frames count from the start of the program; keys are the
/// names of <see cref="Key"/>, digits and letters, in any case: <c>50:space 100:P*20 200:'hello'</c>.
/// </summary>
public sealed class KeyScript
{
    private const int DefaultHold = 5;

    private readonly List<Action<Keyboard, long>> _entries = [];

    private KeyScript()
    {
    }

    /// <summary>Compiles a script.</summary>
    /// <exception cref="FormatException">An entry is none of the forms; the message shows it.</exception>
    public static KeyScript Parse(string text)
    {
        var script = new KeyScript();
        foreach (string entry in Split(text))
        {
            script._entries.Add(ParseEntry(entry));
        }

        return script;
    }

    /// <summary>Puts the script on a keyboard.</summary>
    /// <param name="keyboard">The keyboard.</param>
    /// <param name="start">Frame of the machine the program starts in.</param>
    public void Schedule(Keyboard keyboard, long start)
    {
        foreach (Action<Keyboard, long> entry in _entries)
        {
            entry(keyboard, start);
        }
    }

    // Blanks and commas separate entries, but not within quotes.
    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        bool quoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\'')
            {
                quoted = !quoted;
            }

            if (i == text.Length || (!quoted && (text[i] == ',' || char.IsWhiteSpace(text[i]))))
            {
                if (i > start)
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
        }
    }

    private static Action<Keyboard, long> ParseEntry(string entry)
    {
        int colon = entry.IndexOf(':');
        if (colon < 0 || !TryNumber(entry[..colon], out int frame))
        {
            throw Bad(entry, "FRAME:KEY expected, such as 50:space");
        }

        string what = entry[(colon + 1)..];
        if (what.StartsWith('\''))
        {
            return what.Length > 2 && what.EndsWith('\'') && what[1..^1].All(IsTypable)
                ? (keyboard, start) => keyboard.TypeAt(start + frame, what[1..^1])
                : throw Bad(entry, "text of characters the Spectrum has, between apostrophes, expected");
        }

        int star = what.IndexOf('*');
        int hold = DefaultHold;
        if (star >= 0 && (!TryNumber(what[(star + 1)..], out hold) || hold == 0))
        {
            throw Bad(entry, "a number of frames expected after *");
        }

        Key key = FindKey(star >= 0 ? what[..star] : what)
            ?? throw Bad(entry, $"unknown key; known are digits, letters, {string.Join(", ", NamedKeys())}");
        return (keyboard, start) => keyboard.HoldAt(start + frame, key, hold);
    }

    private static Key? FindKey(string name) =>
        name.Length == 1 && char.IsAsciiDigit(name[0]) ? Enum.Parse<Key>("Digit" + name)
        : name.All(char.IsAsciiLetter) && Enum.TryParse(name, ignoreCase: true, out Key key) ? key
        : null;

    private static IEnumerable<string> NamedKeys() =>
        Enum.GetNames<Key>().Where(n => n.Length > 1 && !n.StartsWith("Digit", StringComparison.Ordinal));

    private static bool IsTypable(char character)
    {
        try
        {
            Keyboard.KeysFor(character);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static FormatException Bad(string entry, string what) => new($"key script, '{entry}': {what}");
}
