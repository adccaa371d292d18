using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private bool ReadAsm()
    {
        if (!Name("the target of the assembly", out var target) || !AsmText(out var text))
            return false;
        var bindings = ImmutableArray.CreateBuilder<AsmBinding>();
        var inputs = ImmutableArray.CreateBuilder<AsmRegister>();
        var outputs = ImmutableArray.CreateBuilder<AsmRegister>();
        ImmutableArray<string> clobbers = default;
        while (Current.Kind == TokenKind.Word && IsMark(Peek(), '('))
        {
            var clause = Current;
            _at += 2;
            if (!List(')', () =>
            {
                if (!Name("a name", out var name))
                    return false;
                if (IsWord(clause, "clobbers"))
                {
                    clobbers = (clobbers.IsDefault ? [] : clobbers).Add(name);
                    return true;
                }
                if (!Expect('='))
                    return false;
                if (IsWord(clause, "in"))
                {
                    inputs.Add(new AsmRegister(name, null));
                    return Operand();
                }
                if (IsWord(clause, "bind"))
                    return AsmBindingTarget(name, bindings);
                if (!IsWord(clause, "out"))
                    return Report(MirCodes.Expected, clause, $"'asm' has no clause {Shown(TextOf(clause))}",
                        "clauses are bind, in, out, clobbers");
                if (!Slot(out var local))
                    return false;
                outputs.Add(new AsmRegister(name, local));
                return true;
            }))
                return false;
            if (IsWord(clause, "clobbers") && clobbers.IsDefault)
                clobbers = [];
        }
        return Payload(new AsmBlock(target, text, bindings.ToImmutable(), inputs.ToImmutable(), outputs.ToImmutable(),
            clobbers));
    }

    private bool AsmText(out string text)
    {
        if (!At('{'))
            return StringText("assembly in quotes or braces", out text);
        _at++;
        var lines = new List<string>();
        SkipLines();
        while (Current.Kind == TokenKind.String)
        {
            lines.Add(TextOf(Take()));
            SkipLines();
        }
        text = string.Join('\n', lines);
        return Expect('}');
    }

    private bool AsmBindingTarget(string name, ImmutableArray<AsmBinding>.Builder bindings)
    {
        if (Current.Kind == TokenKind.Local)
        {
            if (!Slot(out var local))
                return false;
            bindings.Add(new AsmBinding(name, local, null, null));
            return true;
        }
        if (AtWord("func") && Peek().Kind is TokenKind.Word or TokenKind.String)
        {
            _at++;
            if (!FunctionName(out var function))
                return false;
            bindings.Add(new AsmBinding(name, null, null, function));
            return true;
        }
        if (!GlobalName(out var global))
            return false;
        bindings.Add(new AsmBinding(name, null, global, null));
        return true;
    }
}
