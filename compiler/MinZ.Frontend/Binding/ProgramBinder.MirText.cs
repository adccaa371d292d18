using System.Text;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Linking;
using MinZ.Mir.Text;

namespace MinZ.Frontend.Binding;

/// <content>MIR written in MinZ files: <c>mir { … }</c>, <c>@mir[[[ … ]]]</c> and <c>mir fun</c>.</content>
internal sealed partial class ProgramBinder
{
    private readonly List<Module> _mirModules = [];
    private readonly List<(FunctionSymbol Symbol, RawText Code)> _mirFunctions = [];
    private readonly Dictionary<(MirStatement, FunctionSymbol?), FunctionSymbol> _mirStatements = [];

    /// <summary>
    /// The function that MIR inside a function becomes. A statement may be bound several times, but its function is
    /// one.
    /// </summary>
    public FunctionSymbol MirStatementFunction(MirStatement statement, string code, FunctionSymbol? within,
        ModuleSymbol module, Location where)
    {
        if (_mirStatements.TryGetValue((statement, within), out var known))
            return known;
        var function = new FunctionSymbol("mir", module, null)
        {
            Where = where, MirName = Unique($"{within?.MirName}.mir"), HasFinalName = true, State = BindingState.Bound,
        };
        _mirFunctions.Add((function, new RawText(code, statement.Code.Span)));
        return _mirStatements[(statement, within)] = function;
    }

    /// <summary>
    /// Reads MIR at the top of a file and makes its functions known; types of the program may be used in it.
    /// </summary>
    private void DeclareMir(MirDeclaration mir, ModuleSymbol module, SourceText source)
    {
        if (ReadMir(mir.Code.Text, mir.Code.Span.Start, source) is not { } read)
            return;
        foreach (var f in read.Functions.Where(f => !f.IsExtern))
        {
            f.Flags |= FunctionFlags.Export;
            var where = PlaceIn(source, f.Location.Line, f.Location.Column, Math.Max(1, f.Location.Length));
            if (GroupFor(module.Members, f.Name, where) is not { } group)
                continue;
            group.Functions.Add(new FunctionSymbol(f.Name, module, null)
            {
                Where = where, MirName = f.Name, State = BindingState.Bound, Result = OwnType(f.Result),
                Parameters = [.. f.Parameters.Select(p =>
                    new ParameterSymbol(p.Name, OwnType(p.Type), false, false, where.Span))],
            });
        }
        _mirModules.Add(read);
    }

    /// <summary>A nominal type of MIR text is the type of the program that has its name.</summary>
    private MirType OwnType(MirType type) => TypeSubstitution.Map(type, leaf =>
        leaf is TypeDefinition named ? Definitions.Find(d => d.Name == named.Name) : null);

    /// <summary>
    /// Reads MIR text that begins at an offset of a file, so that its places are places of the file; null after a
    /// report.
    /// </summary>
    private Module? ReadMir(string text, int offset, SourceText source)
    {
        foreach (var type in Types.Where(t => !t.Module.IsLibrary && t.Syntax is not InterfaceDeclaration).ToArray())
            ResolveType(type);
        var start = source.PositionOf(offset);
        var lead = new string('\n', start.Line - 1) + new string(' ', start.Column - 1);
        var read = MirReader.Read(lead + text + TypesAsText(text), $"mir{_mirModules.Count + 1}", source.Path);
        foreach (var error in read.Errors)
            Report(error, PlaceIn(source, error.Line, error.Column, Math.Max(1, error.Length)));
        if (read.Module is not { } module)
            return null;
        var errors = Verifier.Verify(module);
        foreach (var error in errors)
        {
            var at = error.Location;
            Report(error, PlaceIn(source, at.Line, at.Column, Math.Max(1, at.Length)));
        }
        return errors.Count == 0 ? module : null;
    }

    /// <summary>
    /// Definitions of the program's types that a text names, in front of which nothing may stand on a line.
    /// </summary>
    private string TypesAsText(string text)
    {
        var declared = new Module("types");
        foreach (var type in Definitions.Where(IsComplete))
            declared.Add(type);
        if (!declared.Types.Any(t => text.Contains(t.Name, StringComparison.Ordinal)))
            return "";
        var lines = MirWriter.Write(declared).Split('\n').Where(l => l.StartsWith("type ", StringComparison.Ordinal));
        return "\n" + string.Join('\n', lines) + "\n";
    }

    private static Location PlaceIn(SourceText source, int line, int column, int length)
    {
        if (line < 1 || line > source.LineCount)
            return source.At(default);
        var span = source.LineSpan(line);
        return source.At(new TextSpan(Math.Min(span.Start + Math.Max(0, column - 1), span.End), length));
    }

    private void Report(MirError error, Location where) => Diagnostics.Add(new Diagnostic(
        DiagnosticCodes.Find(error.Id) ?? new DiagnosticCode(error.Code, Severity.Error, error.Message, error.Message),
        Severity.Error, error.Message, where, error.Hint, []));

    /// <summary>Notes the body of <c>mir fun</c>; it is read when all names are settled.</summary>
    private void DeclareMirFunction(FunctionSymbol symbol, FunctionDeclaration f)
    {
        if (f.Body is { Statements: [MirStatement { Code: var code }] })
            _mirFunctions.Add((symbol, code));
    }

    private void ReadMirFunctions()
    {
        foreach (var (symbol, code) in Take(_mirFunctions))
        {
            BindSignature(symbol);
            if (!_overloadsNamed)
                (symbol.MirName, symbol.HasFinalName) = (Unique(symbol.MirName), true);
            if (symbol.Result.IsError() || symbol.Parameters.Any(p => p.Type.IsError()))
                continue;
            var source = symbol.Where!.Value.Source;
            var parameters = string.Join(", ", symbol.Parameters.Select(p => $"{p.Type} %{p.Name}"));
            var result = symbol.Result.IsVoid() ? "" : $" -> {symbol.Result}";
            var text = $"func {symbol.MirName}({parameters}){result} export {{{code.Text}\n}}";
            if (ReadMir(text, source.LineSpan(source.PositionOf(code.Span.Start).Line).Start, source) is { } read)
                _mirModules.Add(read);
        }
    }

    /// <summary>The module with the MIR of the sources linked in; null after a report.</summary>
    public Module? LinkMir(Module module)
    {
        ReadMirFunctions();
        if (_mirModules.Count == 0)
            return module;
        // What MIR text declares extern is the program's function of that name.
        var wanted = _mirModules.SelectMany(m => m.Functions).Where(f => f.IsExtern).Select(f => f.Name).ToHashSet();
        foreach (var f in module.Functions.Where(f => wanted.Contains(f.Name)))
            f.Flags |= FunctionFlags.Export;
        var linked = Linker.Link([module, .. _mirModules], new LinkOptions(module.Name, AllowUnresolved: true));
        foreach (var error in linked.Errors)
            Report(error, Files[0].At(default));
        return linked.Module;
    }
}
