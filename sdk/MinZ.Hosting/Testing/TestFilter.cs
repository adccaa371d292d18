namespace MinZ.Hosting.Testing;

/// <summary>
/// A filter of tests in the language of <c>dotnet test --filter</c>: conditions <c>Property=value</c>, <c>!=</c>,
/// <c>~</c> (contains), <c>!~</c> joined by <c>&amp;</c> and <c>|</c>, with parentheses; a bare value means
/// <c>FullyQualifiedName~value</c>. A backslash takes the meaning from the character after it. Comparison ignores case.
/// </summary>
public sealed class TestFilter
{
    /// <summary>The properties a condition may name.</summary>
    public static IReadOnlyList<string> Properties { get; } = ["FullyQualifiedName", "DisplayName", "Name", "File"];

    private readonly string _text;
    private int _position;

    private TestFilter(string text) => _text = text;

    /// <summary>Compiles a filter.</summary>
    /// <exception cref="FormatException">The text is not a filter; the message says where and why.</exception>
    public static Predicate<TestCase> Parse(string text)
    {
        var parser = new TestFilter(text);
        Predicate<TestCase> filter = parser.ParseOr();
        return parser._position == text.Length ? filter : throw parser.Error("unexpected ')'");
    }

    private Predicate<TestCase> ParseOr()
    {
        Predicate<TestCase> left = ParseAnd();
        while (Take('|'))
        {
            Predicate<TestCase> first = left, second = ParseAnd();
            left = test => first(test) || second(test);
        }

        return left;
    }

    private Predicate<TestCase> ParseAnd()
    {
        Predicate<TestCase> left = ParseCondition();
        while (Take('&'))
        {
            Predicate<TestCase> first = left, second = ParseCondition();
            left = test => first(test) && second(test);
        }

        return left;
    }

    private Predicate<TestCase> ParseCondition()
    {
        if (Take('('))
        {
            Predicate<TestCase> inner = ParseOr();
            return Take(')') ? inner : throw Error("')' expected");
        }

        string word = ReadValue("|&()=!~");
        bool negated = Take('!');
        if (!Take('~', out bool contains) && !Take('='))
        {
            return negated || word.Length == 0
                ? throw Error("a condition such as Name~text expected")
                : test => Contains(test.FullyQualifiedName, word);
        }

        Func<TestCase, string> property = Property(word);
        string value = ReadValue("|&()");
        return contains
            ? test => Contains(property(test), value) != negated
            : test => property(test).Equals(value, StringComparison.OrdinalIgnoreCase) != negated;
    }

    private Func<TestCase, string> Property(string name) => name.ToLowerInvariant() switch
    {
        "fullyqualifiedname" => test => test.FullyQualifiedName,
        "displayname" => test => test.DisplayName,
        "name" => test => test.Name,
        "file" => test => test.File ?? "",
        _ => throw Error($"unknown property '{name}'; known are {string.Join(", ", Properties)}"),
    };

    private string ReadValue(string stops)
    {
        var value = new System.Text.StringBuilder();
        for (; _position < _text.Length && !stops.Contains(_text[_position]); _position++)
        {
            if (_text[_position] == '\\' && _position + 1 < _text.Length)
            {
                _position++;
            }

            value.Append(_text[_position]);
        }

        return value.ToString().Trim();
    }

    private bool Take(char wanted) => Take(wanted, out _);

    private bool Take(char wanted, out bool taken)
    {
        while (_position < _text.Length && _text[_position] == ' ')
        {
            _position++;
        }

        taken = _position < _text.Length && _text[_position] == wanted;
        _position += taken ? 1 : 0;
        return taken;
    }

    private FormatException Error(string what) => new($"filter, character {_position + 1}: {what}");

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
