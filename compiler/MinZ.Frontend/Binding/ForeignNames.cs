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
        "True" or "TRUE" or "ture" or "treu" or "tru" => "did you mean `true`?",
        "False" or "FALSE" or "flase" or "fasle" or "fals" => "did you mean `false`?",
        "this" => "did you mean `self`?",
        "printf" or "puts" or "putchar" or "echo" or "cout" or "console" or "Console" or "System" or "write"
            or "writeln" => Print,
        "range" => "a range is written `0..10`",
        "length" or "count" or "size" => "the number of elements is `x.len`",
        "int" or "uint" or "float" or "double" or "byte" or "char" => "a cast is written `x as u8`",
        "toString" or "to_string" or "itoa" or "String" => "`@to_string(\"{}\", x)` makes text of a value",
        "strcmp" or "equals" => "strings are compared with `==`",
        "strcat" or "concat" => "strings are joined with `+`",
        "free" or "delete" => "leave it out: memory that nobody uses is freed by itself",
        "chan" => "a channel is made by `chan<u8>(2)`: the type and the number of values it holds",
        "make" => "a channel is made by `chan<T>(n)`, a slice by `[0; n]`",
        "append" => "a growing list is `List<T>` of `std.collections`; `push` is its method",
        "HashMap" or "Dictionary" or "dict" or "map" => "`import std.collections` has `Map<K, V>`",
        "HashSet" or "set" => "`import std.collections` has `Set<T>`",
        "scanf" or "input" or "readline" or "ReadLine" => "keys are read by `import zx.input`",
        "fmt" or "strconv" => "`print(x)` writes a value, `@to_string(\"{}\", x)` makes text",
        "new" => "a value is written `Name { field: value }`",
        "typeof" or "type_of" => "types are known when the program is compiled; `x is T` asks an interface value",
        "malloc" or "calloc" or "alloc" or "realloc" => "arrays have a fixed length: `let buffer: [u8; 100]`",
        "throw" => "`throw` without a value raises the current error again, in a `catch` only",
        "Math" => "add `import std.math`, or call `abs`, `min`, `max`, `sqrt` directly",
        "wait" or "delay" or "pause" or "usleep" => "`sleep(ms)` waits",
        "reversed" or "reverse" => "write `(0..10).rev()` for a range, `a.rev()` for a list",
        "sum" or "any" or "all" or "filter" or "zip" or "enumerate" => $"it stands behind the list: `a.{name}(…)`",
        "error" or "Error" => "write `throw E.X`, or `@error(E.X)`",
        "Some" => "write the value itself: it becomes a `T?`",
        "Ok" => "return the value itself",
        "Err" => "write `throw E.X`",
        "vec" or "Vec" or "list" or "List" =>
            "an array is written `[1, 2, 3]`; a growing list is `List<T>` of `std.collections`",
        _ => null,
    };

    /// <summary>What stands for a generic type of another language; null when the name says nothing.</summary>
    public static string? Type(string name, string arguments) => name switch
    {
        "Slice" => $"a slice is written `[]{Or(arguments, "T")}`",
        "Vec" or "List" or "ArrayList" or "vector" or "Array" when arguments.Length == 0 || name != "Array" =>
            $"a slice is written `[]{Or(arguments, "T")}`; "
            + $"a growing list is `List<{Or(arguments, "T")}>` of `std.collections`",
        "HashMap" or "Dictionary" or "BTreeMap" or "Map" or "dict" =>
            $"`import std.collections` has `Map<{Or(arguments, "K, V")}>`",
        "HashSet" or "Set" => $"`import std.collections` has `Set<{Or(arguments, "T")}>`",
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

    /// <summary>The type of MinZ that stands for one of another language; null when the name is none.</summary>
    public static string? PlainType(string name) => name switch
    {
        "int" or "int16" or "int16_t" or "short" or "s16" or "Int" or "Int16" or "integer" or "Integer" or "INTEGER"
            or "isize" or "signed" or "signed int" or "short int" => "i16",
        "uint" or "uint16" or "uint16_t" or "ushort" or "usize" or "size_t" or "UInt" or "UInt16" or "word" or "Word"
            or "unsigned" or "unsigned int" or "unsigned short" => "u16",
        "int8" or "int8_t" or "sbyte" or "s8" or "Int8" or "signed char" => "i8",
        "uint8" or "uint8_t" or "UInt8" or "byte" or "Byte" or "char" or "Char" or "uchar" or "unsigned char" => "u8",
        "int32" or "int32_t" or "long" or "s32" or "Int32" or "long int" or "rune" => "i32",
        "uint32" or "uint32_t" or "ulong" or "UInt32" or "dword" or "unsigned long" => "u32",
        "Int64" or "int64" or "int64_t" or "long long" => "i64",
        "UInt64" or "uint64" or "uint64_t" or "unsigned long long" => "u64",
        "float" or "float32" or "Float" or "real" or "Real" => "f32",
        "double" or "float64" or "Double" => "f64",
        "boolean" or "Boolean" or "Bool" => "bool",
        "string" or "text" or "char*" => "str",
        "unit" or "Void" or "Unit" => "void",
        _ => null,
    };

    /// <summary>The type of MinZ for what was written as a type, or that itself.</summary>
    public static string TypeFor(string written) => PlainType(written) ?? written;

    /// <summary>The advice for a member that a type does not have; null when the name says nothing.</summary>
    public static string? Member(string name) => name switch
    {
        "push" or "append" or "add" or "pop" or "insert" or "remove" or "push_back" or "Add" or "Push" or "Append" =>
            "arrays have a fixed length; a growing list is `List<T>` of `std.collections`",
        "push_str" or "append_str" or "concat" or "Append" or "Concat" => "strings are joined with `+`",
        "sort" or "sorted" or "sort_by" => "`import std.sort` has `sort.sort(a)`",
        "reverse" or "reversed" => "run over it backwards: `for i in 0..n { … a[n - 1 - i] … }`",
        "contains" or "includes" or "indexOf" => "write `a.any(|x| x == …)`, or `a.position(|x| x == …)`",
        "new" => "a value is written `Name { field: value }`",
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
        "unwrap_or_else" or "unwrap_or_default" or "HasValue" =>
            "`x ?? value` puts a value in its place",
        "map_err" or "and_then" or "or_else" => "take it apart with `match`",
        "as_str" or "as_bytes" or "to_owned" or "into" or "as_ref" or "iter_mut" or "borrow" => "leave it out",
        "lock" or "await" or "join" => "threads talk through channels: `chan<T>(n)`",
        _ => null,
    };

    /// <summary>The advice for a member that a string does not have; null when the name says nothing.</summary>
    public static string? OfText(string name)
    {
        var plain = name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        var call = plain switch
        {
            "toupper" or "touppercase" or "upper" or "uppercase" => "to_upper(text)",
            "tolower" or "tolowercase" or "lower" or "lowercase" => "to_lower(text)",
            "trim" or "strip" or "trimstart" or "trimend" => "trim(text)",
            "split" => "split(text, \",\")",
            "replace" => "replace(text, \"old\", \"new\")",
            "contains" or "includes" => "contains(text, \"part\")",
            "startswith" or "hasprefix" => "starts_with(text, \"start\")",
            "endswith" or "hassuffix" => "ends_with(text, \"end\")",
            "indexof" or "find" or "index" => "index_of(text, \"part\")",
            "reverse" or "reversed" => "reversed(text)",
            "repeat" => "repeat(text, 3)",
            "parse" or "toint" or "int" => "parse_u16(text)",
            "bytes" or "tochararray" or "tobytes" => "bytes(text)",
            _ => null,
        };
        return call is not null ? $"`import std.str` has `str.{call}`" : plain switch
        {
            "substring" or "substr" or "slice" or "sub" => "a part is written `text[1..3]`",
            "charat" or "charcodeat" or "at" or "getchar" => "a character is written `text[0]`",
            "chars" or "characters" => "run over the text itself: `for c in text { … }`",
            "from" or "new" => "a literal is a `str` already",
            "isempty" or "empty" => "compare the length: `text.len == 0`",
            "format" => "values in a string are written `\"#{x}\"`",
            _ => null,
        };
    }

    /// <summary>The advice for a bound that is no interface of the program.</summary>
    public static string? Bound(string name) => name switch
    {
        "Ord" or "PartialOrd" or "Eq" or "PartialEq" or "Comparable" or "IComparable" or "Equatable" or "comparable"
            or "Add" or "Sub" or "Mul" or "Div" or "Num" or "Number" or "Numeric" or "Integer" or "Float"
            or "constraints"
            => "leave it out: operators are checked for each type that `T` is used with",
        "Copy" or "Clone" or "Sized" or "Send" or "Sync" or "Default" or "any" or "class" or "struct" or "Any"
            or "Sendable"
            => "leave it out: values of every type are copied",
        "Display" or "Debug" or "ToString" or "Printable" or "Stringer" =>
            "leave it out: `print(x)` is checked for each type that `T` is used with",
        "Fn" or "FnMut" or "FnOnce" or "Func" => "a parameter that is a function has the type `fn(A) -> R`",
        "Iterator" or "IntoIterator" or "Iterable" or "IEnumerable" => "take a slice: `[]T`",
        _ => null,
    };

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
