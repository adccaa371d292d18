namespace MinZ.Mir.Text;

public sealed partial class MirWriter
{
    private void WriteAsm(AsmBlock asm)
    {
        _text.Append(MirNames.Member(asm.Target)).Append(" {\n");
        foreach (var line in asm.Text.Split('\n'))
            _text.Append("        ").Append(MirNames.Quote(line)).Append('\n');
        _text.Append("    }");
        if (!asm.Bindings.IsDefaultOrEmpty)
            Clause("bind", asm.Bindings, b =>
            {
                _text.Append(MirNames.Member(b.Name)).Append(" = ");
                if (b.Local is not null)
                    _text.Append(_locals.GetValueOrDefault(b.Local) ?? b.Local.ToString());
                else if (b.Global is not null)
                    _text.Append(MirNames.Global(b.Global.Name));
                else
                    _text.Append("func ").Append(MirNames.Global(b.Function?.Name ?? "?"));
            });
        if (!asm.Inputs.IsDefaultOrEmpty)
            Clause("in", asm.Inputs, r =>
            {
                _text.Append(MirNames.Member(r.Register)).Append(" = ");
                Operand();
            });
        if (!asm.Outputs.IsDefaultOrEmpty)
            Clause("out", asm.Outputs, r => _text.Append(MirNames.Member(r.Register)).Append(" = ")
                .Append(r.Local is null ? "?" : _locals.GetValueOrDefault(r.Local) ?? r.Local.ToString()));
        if (!asm.Clobbers.IsDefault)
            Clause("clobbers", asm.Clobbers, r => _text.Append(MirNames.Member(r)));
    }

    private void Clause<T>(string word, IEnumerable<T> items, Action<T> write)
    {
        _text.Append(' ').Append(word).Append('(');
        List(items, write);
        _text.Append(')');
    }
}
