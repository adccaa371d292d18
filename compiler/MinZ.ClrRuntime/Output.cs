using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MinZ.Runtime;

/// <summary>The console of a MinZ program and its way in and out of the process.</summary>
public static class Host
{
    private const int ShownFrames = 40;
    private static Stream? s_output;

    /// <summary>Where prints go: the process's standard output unless set.</summary>
    public static Stream Output
    {
        get => s_output ??= Console.OpenStandardOutput();
        set => s_output = value;
    }

    /// <summary>Runs a program: buffers its output, reports a trap on standard error, returns the exit code.</summary>
    internal static int Run(Func<int> main)
    {
        var console = Output;
        var buffered = new BufferedStream(console, 1 << 14);
        Output = buffered;
        try
        {
            return main();
        }
        catch (ExitException exit)
        {
            return exit.ExitCode;
        }
        catch (Exception e) when (Traps.CodeOf(e) is not null)
        {
            buffered.Flush();
            Console.Error.Write(Report(e));
            return 101;
        }
        finally
        {
            buffered.Flush();
            Output = console;
        }
    }

    /// <summary>Code, message and stack of a trap, one line each; a long stack is shortened in its middle.</summary>
    public static string Report(Exception trap)
    {
        var lines = new List<string>();
        foreach (var frame in new StackTrace(trap, true).GetFrames())
            if (LineOf(frame) is { } line)
                lines.Add(line);
        var text = new StringBuilder("trap " + Traps.CodeOf(trap) + ": " + Traps.MessageOf(trap) + "\n");
        for (var n = 0; n < lines.Count; n++)
        {
            if (n == ShownFrames / 2 && lines.Count > ShownFrames)
            {
                var omitted = lines.Count - ShownFrames;
                text.Append("   ... ").Append(omitted.ToString(CultureInfo.InvariantCulture)).Append(" more ...\n");
                n += omitted;
            }
            text.Append(lines[n]);
        }
        return text.ToString();
    }

    /// <summary>The innermost place of the program on the stack of who calls, as in <see cref="Report"/>.</summary>
    internal static string PlaceOfCaller()
    {
        foreach (var frame in new StackTrace(true).GetFrames())
            if (LineOf(frame) is { } line)
                return line.Trim();
        return "";
    }

    /// <summary>A frame of the program itself; null for what only serves it.</summary>
    private static string? LineOf(StackFrame frame)
    {
        var method = frame.GetMethod();
        if (method?.DeclaringType is not { } type || type.Assembly != typeof(Host).Assembly ||
            type.Namespace == typeof(Host).Namespace || method.Name[0] == '$')
            return null;
        var name = type.IsNested ? type.Name + "." + method.Name : method.Name;
        var file = frame.GetFileName();
        return file is null ? "   at " + name + "\n" : "   at " + name + " (" + file + ":" + frame.GetFileLineNumber()
            .ToString(CultureInfo.InvariantCulture) + ":" + frame.GetFileColumnNumber()
            .ToString(CultureInfo.InvariantCulture) + ")\n";
    }
}

/// <summary>The print intrinsics.</summary>
internal static class Print
{
    public static void Byte(int value) => Host.Output.WriteByte((byte)(value == 13 ? 10 : value));

    public static void Line() => Host.Output.WriteByte(10);

    public static void Text(Str text) => Host.Output.Write(text.Bytes, 0, text.Length);

    public static void TextLine(Str text)
    {
        var bytes = new byte[text.Length + 1];
        text.Bytes.CopyTo(bytes, 0);
        bytes[text.Length] = 10;
        Host.Output.Write(bytes, 0, bytes.Length);
    }

    /// <summary>The low digits in hexadecimal, upper case.</summary>
    public static Str Hex(long value, int digits)
    {
        var bytes = new byte[digits];
        for (var i = digits - 1; i >= 0; i--, value >>= 4)
            bytes[i] = (byte)("0123456789ABCDEF"[(int)value & 15]);
        return new Str(bytes);
    }

    public static Str Of(bool value) => Strings.Literal(value ? "true" : "false");

    public static Str Of(long value) => Strings.Literal(value.ToString(CultureInfo.InvariantCulture));

    public static Str Of(ulong value) => Strings.Literal(value.ToString(CultureInfo.InvariantCulture));

    public static Str Of(float value) =>
        Strings.Literal(Name(value) ?? WithPoint(value.ToString("R", CultureInfo.InvariantCulture)));

    public static Str Of(double value) =>
        Strings.Literal(Name(value) ?? WithPoint(value.ToString("R", CultureInfo.InvariantCulture)));

    private static string? Name(double value) => double.IsFinite(value) ? null
        : double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    private static string WithPoint(string digits)
    {
        if (digits.Contains('.'))
            return digits;
        var exponent = digits.IndexOf('E');
        return exponent < 0 ? digits + ".0" : digits.Insert(exponent, ".0");
    }

    /// <summary>A fixed-point value as an exact decimal fraction.</summary>
    public static Str Of(long value, int fractionBits)
    {
        var magnitude = value < 0 ? (ulong)-value : (ulong)value;
        var text = new StringBuilder(value < 0 ? "-" : "");
        text.Append((magnitude >> fractionBits).ToString(CultureInfo.InvariantCulture)).Append('.');
        var mask = (1UL << fractionBits) - 1;
        var fraction = magnitude & mask;
        do
        {
            fraction *= 10;
            text.Append((char)('0' + (int)(fraction >> fractionBits)));
            fraction &= mask;
        }
        while (fraction != 0);
        return Strings.Literal(text.ToString());
    }
}
