using System.Globalization;
using System.Text;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>Bytecode as text: position, code, operands (slots as s3, immediates as #5, jumps as →position).</summary>
internal static unsafe class Disassembler
{
    /// <summary>Listing of a function.</summary>
    public static string List(CompiledFunction f)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{f.Function.Name}: {f.FrameSlots} slots");
        for (var n = 0; n < f.Length; n++)
            text.AppendLine(CultureInfo.InvariantCulture, $"{n,5}  {f.Code[n].Op,-12} {Operands(f.Code[n], n)}");
        return text.ToString();
    }

    private static string Operands(in Insn i, int at)
    {
        var f = Codes.Of(i.Op);
        var parts = new List<string>();
        void Slot(Fields defines, Fields uses, Fields immediate, string name, int value)
        {
            if ((f & defines) != 0)
                parts.Add($"s{value}=");
            else if ((f & uses) != 0)
                parts.Add($"s{value}");
            else if ((f & immediate) != 0)
                parts.Add($"{name}#{value}");
        }
        if ((f & Fields.ImmediateA) != 0)
            parts.Add($"s{i.A}…");
        else
            Slot(Fields.DefinesA, Fields.UsesA, 0, "", i.A);
        Slot(Fields.DefinesB, Fields.UsesB, 0, "", i.B);
        Slot(Fields.DefinesC, Fields.UsesC, Fields.ImmediateC, "", (short)i.C);
        if ((f & Fields.Jump) != 0)
            parts.Add($"→{at + i.D}");
        else
            Slot(0, Fields.UsesD, Fields.ImmediateD, "", i.D);
        Slot(0, Fields.UsesE, Fields.ImmediateE, "", i.E);
        return string.Join(' ', parts);
    }
}
