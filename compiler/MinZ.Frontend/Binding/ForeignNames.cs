namespace MinZ.Frontend.Binding;

/// <summary>What is called differently in other languages: the advice for a name that is not known.</summary>
internal static class ForeignNames
{
    private const string Print = "`print(x)` writes a value, `@print(\"{} {}\", a, b)` a format";

    /// <summary>The advice for an unknown variable or function; null when the name says nothing.</summary>
    public static string? Value(string name) => name switch
    {
        "nil" or "NULL" or "nullptr" or "undefined" or "Null" or "None" or "Nothing" =>
            "write `null` for a pointer to nothing, `none` for an optional value without one",
        "True" or "TRUE" => "did you mean `true`?",
        "False" or "FALSE" => "did you mean `false`?",
        "this" => "did you mean `self`?",
        "printf" or "puts" or "putchar" or "echo" or "cout" or "console" or "Console" or "System" or "write"
            or "writeln" => Print,
        "range" => "a range is written `0..10`",
        "length" or "count" or "size" => "the number of elements is `x.len`",
        "int" or "uint" or "float" or "double" or "byte" or "char" => "a cast is written `x as u8`",
        "toString" or "to_string" or "itoa" or "String" => "`@to_string(\"{}\", x)` makes text of a value",
        "strcmp" or "equals" => "strings are compared with `==`",
        "strcat" or "concat" => "strings are joined with `+`",
        "malloc" or "calloc" or "alloc" or "free" => "arrays have a fixed length: `let buffer: [u8; 100]`",
        "throw" => "`throw` without a value raises the current error again, in a `catch` only",
        "Math" => "add `import std.math`, or call `abs`, `min`, `max`, `sqrt` directly",
        "Some" => "write the value itself: it becomes a `T?`",
        "Ok" => "return the value itself",
        "Err" => "write `throw E.X`",
        "vec" or "Vec" or "list" or "List" => "an array is written `[1, 2, 3]`",
        _ => null,
    };

    /// <summary>What stands for a generic type of another language; null when the name says nothing.</summary>
    public static string? Type(string name, string arguments) => name switch
    {
        "Vec" or "List" or "ArrayList" or "vector" or "Slice" => $"a slice is written `[]{Or(arguments, "T")}`",
        "Array" => $"an array is written `[{Or(arguments, "T")}; length]`",
        "Option" or "Optional" or "Maybe" => $"an optional value is written `{Or(arguments, "T")}?`",
        "Result" => "a value or an error is written "
            + $"`{Or(arguments.Replace(",", " ?", StringComparison.Ordinal), "T ? E")}`",
        "Box" or "Rc" or "Ref" or "Ptr" => $"a pointer is written `*{Or(arguments, "T")}`",
        "Channel" or "Chan" or "Sender" or "Receiver" => $"a channel is written `chan<{Or(arguments, "T")}>`",
        "i128" or "u128" or "int128" or "int64_t" => "the widest integers are `i64` and `u64`",
        "any" or "object" or "Object" => "name an interface, or a type parameter: `fn f<T>(x: T)`",
        _ => null,
    };

    /// <summary>The advice for a member that a type does not have; null when the name says nothing.</summary>
    public static string? Member(string name) => name switch
    {
        "push" or "append" or "add" or "pop" or "insert" or "remove" or "push_back" =>
            "arrays have a fixed length: keep the number of elements in use in a variable",
        "size" or "Length" or "Count" or "count" => "did you mean `len`?",
        "to_string" or "toString" or "str" or "to_str" => "`@to_string(\"{}\", x)` makes text of a value",
        "unwrap" or "expect" or "unwrap_or" or "get_or" =>
            "`x ?? value` puts a value in its place, `x?` passes the error on",
        "is_some" or "is_ok" => "compare it: `x != none`, or take it apart with `match`",
        "is_none" or "is_err" => "compare it: `x == none`, or take it apart with `match`",
        "Some" => "did you mean `some`?",
        "None" => "did you mean `none`?",
        "Ok" => "did you mean `ok`?",
        "Err" or "Error" => "did you mean `error`?",
        "equals" or "eq" => "values are compared with `==`",
        "clone" or "copy" => "assigning copies the value",
        "lock" or "await" or "join" => "threads talk through channels: `chan<T>(n)`",
        _ => null,
    };

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
