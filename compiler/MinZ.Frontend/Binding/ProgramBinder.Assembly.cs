using System.Text.RegularExpressions;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Binding;

/// <content>Assembly outside functions.</content>
internal sealed partial class ProgramBinder
{
    /// <summary>
    /// <c>asm name { … }</c>: a routine that is called by its name, from MinZ or from assembly. Without a name, the
    /// labels behind which something begins (at the start, after a return, a jump or data) are the names of such
    /// routines.
    /// </summary>
    private void DeclareAssembly(AsmDeclaration a, ModuleSymbol module, SourceText source)
    {
        if (a.Body.Name is { } name)
        {
            DeclareRoutine(a, name, a.Body.Code, module, source);
            return;
        }
        var (text, start) = (a.Body.Code.Text, a.Body.Code.Span.Start);
        var starts = new List<Match>();
        var begins = true;
        foreach (var line in Lines().Matches(text).Where(m => m.Value.Trim().Length > 0))
        {
            var label = Label().Match(text, line.Index, line.Length);
            if (label.Success && begins)
                starts.Add(label);
            else if (starts.Count == 0 && Instruction().Match(line.Value) is { Success: true } lost)
            {
                Diagnostics.NoEntry(source.At(new TextSpan(start + line.Index + lost.Index, lost.Length)));
                return;
            }
            var rest = label.Success ? line.Value[(label.Index + label.Length - line.Index)..] : line.Value;
            if (Instruction().IsMatch(rest))
                begins = Leaves().IsMatch(rest);
        }
        for (var i = 0; i < starts.Count; i++)
        {
            var from = starts[i].Index + starts[i].Length;
            var to = i + 1 < starts.Count ? starts[i + 1].Index : text.Length;
            var word = starts[i].Groups[1];
            DeclareRoutine(a, new Identifier(word.Value, new TextSpan(start + word.Index, word.Length)),
                new RawText(text[from..to], TextSpan.FromBounds(start + from, start + to)), module, source);
        }
    }

    private void DeclareRoutine(AsmDeclaration a, Identifier name, RawText text, ModuleSymbol module, SourceText source)
    {
        var code = new AsmStatement(text.Span, null, text, a.Body.Outputs, a.Body.Inputs, a.Body.Clobbers);
        DeclareFunction(new FunctionDeclaration(a.Span, a.Attributes, a.Modifiers, FunctionForm.Asm, null, name, false,
            [], [], null, new Syntax.Block(a.Span, [code], null)), module, source);
    }

    [GeneratedRegex(@"[^\n]+")]
    private static partial Regex Lines();

    [GeneratedRegex(@"\G[ \t]*([A-Za-z_][A-Za-z0-9_]*):")]
    private static partial Regex Label();

    /// <summary>Anything on a line but a comment.</summary>
    [GeneratedRegex(@"^\s*[^\s;/][^;\r]*")]
    private static partial Regex Instruction();

    /// <summary>What control does not go on behind: unconditional jumps and returns, and data.</summary>
    [GeneratedRegex(@"^\s*(ret|reti|retn|jp|jr|db|dw|ds|dm|defb|defw|defs|defm|byte|word|text)\b"
        + @"(?!\s+(nz|z|nc|c|po|pe|p|m)\b\s*(,|$|;))", RegexOptions.IgnoreCase)]
    private static partial Regex Leaves();
}
