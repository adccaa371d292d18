namespace MinZ.Backends.Z80.Assembly;

/// <summary>Turns a form with its numbers into bytes.</summary>
public static class InstructionEncoder
{
    /// <summary>The longest instruction, in bytes.</summary>
    public const int MaxSize = 4;

    /// <summary>
    /// Writes the bytes of an instruction whose numbers are in range (see <see cref="Check"/>) and returns how many.
    /// A relative jump takes its distance from the next instruction as <paramref name="number"/>.
    /// </summary>
    public static int Write(InstructionForm form, int number, int displacement, Span<byte> to)
    {
        var at = 0;
        if (form.IndexPrefix != 0)
            to[at++] = form.IndexPrefix;
        if (form.Page != 0)
            to[at++] = form.Page;
        var opcode = (byte)(form.Opcode | OpcodeBits(form.Number, number));
        // The indexed bit instructions have the displacement before the opcode.
        if (form is { Page: 0xCB, HasDisplacement: true })
        {
            to[at++] = (byte)displacement;
            to[at++] = opcode;
            return at;
        }
        to[at++] = opcode;
        if (form.HasDisplacement)
            to[at++] = (byte)displacement;
        if (form.Number is NumberField.Byte or NumberField.Relative or NumberField.Word)
            to[at++] = (byte)number;
        if (form.Number == NumberField.Word)
            to[at++] = (byte)(number >> 8);
        return at;
    }

    /// <summary>What is wrong with a number in a field, or null.</summary>
    public static string? Check(NumberField field, int number) => field switch
    {
        NumberField.None => null,
        NumberField.Byte => number is >= -128 and <= 255 ? null : $"{number} does not fit in 8 bits",
        NumberField.Word => number is >= -32768 and <= 65535 ? null : $"{number} does not fit in 16 bits",
        NumberField.Relative => number is >= -128 and <= 127 ? null
            : $"the target is {number} bytes from the next instruction; a relative jump reaches -128 to 127",
        NumberField.Bit => number is >= 0 and <= 7 ? null : $"there is no bit {number}; a byte has bits 0 to 7",
        NumberField.Restart => (number & ~0x38) == 0 ? null
            : $"{number} is not a restart address (0, 8, 16 .. 56)",
        NumberField.Mode => number is >= 0 and <= 2 ? null : $"there is no interrupt mode {number}, only 0, 1 and 2",
        NumberField.Zero => number == 0 ? null : "only 0 can be written to the port (C) as a constant",
    };

    private static int OpcodeBits(NumberField field, int number) => field switch
    {
        NumberField.Bit => number << 3,
        NumberField.Restart => number,
        NumberField.Mode => number == 0 ? 0 : (number + 1) << 3,
        NumberField.None or NumberField.Byte or NumberField.Word or NumberField.Relative or NumberField.Zero => 0,
    };
}
