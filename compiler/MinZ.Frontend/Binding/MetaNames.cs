namespace MinZ.Frontend.Binding;

/// <summary>The metafunctions there are, for hints.</summary>
internal static class MetaNames
{
    /// <summary>Every metafunction.</summary>
    public static readonly string[] All =
    [
        "print", "println", "to_string", "if", "target", "platform", "if_platform", "debug", "static_assert", "assert",
        "static_print", "error", "err", "ok", "check_error", "get_error", "halt", "define", "minz", "emit", "lua",
            "lua_eval",
        "as", "unsafe_cast", "mir", "asm",
    ];

    /// <summary>The metafunction that other languages call so; null when there is none.</summary>
    public static string? Foreign(string name) => name switch
    {
        "printf" or "format" or "write" or "debugPrint" or "log" => "print",
        "compileError" or "compile_error" => "error",
        "import" or "include" => null,
        "bitCast" or "bitcast" or "transmute" => "unsafe_cast",
        "intCast" or "cast" => "as",
        "panic" => "halt",
        _ => null,
    };
}
