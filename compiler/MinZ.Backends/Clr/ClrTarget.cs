using System.Collections.Immutable;
using System.Text;
using MinZ.Mir;
using MinZ.Mir.Lowering;

namespace MinZ.Backends.Clr;

/// <summary>
/// .NET assemblies. High-level MIR goes straight to IL: structs are value types, references are managed pointers,
/// arrays are CLR arrays that are copied where MinZ copies. See NOTES.md beside this file.
/// </summary>
public static class ClrTarget
{
    /// <summary>The registry's row.</summary>
    public static Target Target { get; } = new("clr", ".NET assembly", [".dll", ".pdb", ".runtimeconfig.json"],
        MemoryFamily.Managed, Emit);

    private const string RuntimeConfig = """
        {
          "runtimeOptions": {
            "tfm": "net10.0",
            "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" },
            "configProperties": { "System.Globalization.Invariant": true }
          }
        }

        """;

    private static EmitResult Emit(Module module, EmitOptions options)
    {
        var messages = new ClrMessages();
        if (module.Layout is not null)
        {
            messages.Add(ClrMessages.Unsupported, "the module is lowered to flat memory already",
                "build from its sources or from high-level MIR", default);
            return new EmitResult([], messages.Sorted());
        }
        new ClrLimits(messages).Check(module);
        var actors = new Dictionary<ActorType, StructType>();
        if (module.Types.Any(t => t is ActorType))
        {
            module = module.Clone();
            foreach (var error in Actors.Lower(module, ClrResidence.Layout, actors))
                messages.Add(ClrMessages.Unsupported, error.Message, null, error.Location);
        }
        if (messages.HasErrors)
            return new EmitResult([], messages.Sorted());
        var residence = new ClrResidence(module, messages);
        if (messages.HasErrors)
            return new EmitResult([], messages.Sorted());
        var assembly = new ClrModule(module, options, residence, actors, messages);
        var (image, symbols) = assembly.Write();
        if (messages.HasErrors)
            return new EmitResult([], messages.Sorted());
        var files = ImmutableArray.Create(new OutputFile(".dll", image), new OutputFile(".pdb", symbols));
        if (module.Main is not null)
            files = files.Add(new OutputFile(".runtimeconfig.json", [.. Encoding.UTF8.GetBytes(RuntimeConfig)]));
        return new EmitResult(files, messages.Sorted());
    }
}

/// <summary>Messages of one emission; each place is told each thing once.</summary>
internal sealed class ClrMessages
{
    /// <summary>An operation this target does not have.</summary>
    public const int Unsupported = 1100;
    /// <summary>A raw address of something that only exists as a managed object.</summary>
    public const int RawAddress = 1101;
    /// <summary>Inline assembly, which traps when reached.</summary>
    public const int Assembly = 1102;
    /// <summary>A function without body, which traps when called.</summary>
    public const int Extern = 1103;

    private readonly HashSet<TargetMessage> _seen = [];
    private readonly List<TargetMessage> _messages = [];

    public bool HasErrors => _messages.Any(m => m.IsError);

    public void Add(int code, string message, string? hint, SourceLocation location, bool isError = true)
    {
        var m = new TargetMessage(code, message, hint, location, isError);
        if (_seen.Add(m))
            _messages.Add(m);
    }

    public ImmutableArray<TargetMessage> Sorted() =>
        [.. _messages.OrderBy(m => m.Location.File).ThenBy(m => m.Location.Line).ThenBy(m => m.Location.Column)];
}
