using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MinZ.Z80;

/// <summary>
/// Runs the BASIC at the head of a tape as far as the machine code it starts. Only what such loaders consist of is
/// understood: CLEAR, LOAD "" CODE, LOAD "" SCREEN$, POKE, colours, CLS, PAUSE, REM and a final USR.
/// </summary>
internal sealed class BasicLoader
{
    private const byte Enter = 0x0D;
    private const byte NumberMarker = 0x0E;
    private const int NumberLength = 5;
    private const int ProgramStart = 0x5CCB;
    private const ushort LinesWithoutStart = 0x8000;
    private const int ScreenAddress = 0x4000;
    private const int ScreenLength = 6912;

    // Room BASIC keeps between its data and the stack.
    private const int Reserve = 0x50;

    private readonly Spectrum _machine;
    private readonly Tape _tape;
    private byte[] _program = [];
    private int _position;
    private int _lineNumber;

    private BasicLoader(Spectrum machine, Tape tape)
    {
        _machine = machine;
        _tape = tape;
    }

    /// <summary>Leaves the machine about to run the first instruction of the machine code.</summary>
    /// <exception cref="ProgramFileException">The tape has no such loader, or it does something else.</exception>
    public static void Run(Spectrum machine, Tape tape)
    {
        var loader = new BasicLoader(machine, tape);
        loader.LoadProgram();
        while (!loader.RunStatement())
        {
        }
    }

    private void LoadProgram()
    {
        if (_tape.Next()?.Header is not { Kind: TapeKind.Program } header)
        {
            throw new ProgramFileException(".tap: the first block is not the header of a BASIC program");
        }
        _program = DataOf(header);
        if (header.Parameter2 > _program.Length)
        {
            throw new ProgramFileException($".tap: the program \"{header.Name}\" is shorter than its header says");
        }
        int end = ProgramStart + _program.Length;
        if (end + Reserve > _machine.Peek16(SystemVariables.RamTop))
        {
            throw new ProgramFileException($".tap: the program \"{header.Name}\" does not fit below RAMTOP");
        }
        _program.CopyTo(_machine.Memory[ProgramStart..]);
        SystemVariables.SetProgram(_machine, ProgramStart, ProgramStart + header.Parameter2, end);
        // Variables saved with the program are none of our business; their text must not be taken for lines.
        _program = _program[..header.Parameter2];
        FindLine(header.Parameter1 < LinesWithoutStart ? header.Parameter1 : 0);
    }

    private byte[] DataOf(TapeHeader header)
    {
        byte[] data = _tape.Next() is { Flag: 0xFF } block
            ? block.Data
            : throw new ProgramFileException($".tap: no data block follows the header \"{header.Name}\"");
        return data.Length == header.Length
            ? data
            : throw new ProgramFileException(
                $".tap: \"{header.Name}\" has {data.Length} bytes, its header says {header.Length}");
    }

    private void FindLine(int first)
    {
        for (int start = 0; start + 4 <= _program.Length;)
        {
            int number = BinaryPrimitives.ReadUInt16BigEndian(_program.AsSpan(start));
            if (number >= first)
            {
                _lineNumber = number;
                _position = start + 4;
                return;
            }
            start += 4 + BinaryPrimitives.ReadUInt16LittleEndian(_program.AsSpan(start + 2));
        }
        throw new ProgramFileException($".tap: the BASIC program has no line {first} or later to start with");
    }

    /// <summary>Runs one statement; true once machine code has been started.</summary>
    private bool RunStatement()
    {
        byte token = Take();
        switch (token)
        {
            case Enter:
                NextLine();
                return false;
            case (byte)':' or (byte)' ' or Tokens.Cls:
                return false;
            case Tokens.Rem:
                while (Take() != Enter)
                {
                }
                NextLine();
                return false;
            case Tokens.Clear:
                Clear(Number());
                return false;
            case Tokens.Load:
                Load();
                return false;
            case Tokens.Poke:
                Poke();
                return false;
            case Tokens.Border:
                _machine.SetBorder((byte)(Number() & 7));
                return false;
            case Tokens.Ink or Tokens.Paper or Tokens.Bright or Tokens.Flash or Tokens.Inverse or Tokens.Over
                or Tokens.Pause:
                Number();
                return false;
            case Tokens.Randomize or Tokens.Print:
                Expect(Tokens.Usr);
                _machine.StartAt(Number());
                return true;
            default:
                throw Unsupported(token);
        }
    }

    private void Clear(ushort top)
    {
        int floor = _machine.Peek16(SystemVariables.StkEnd) + Reserve;
        if (top < floor)
        {
            throw Error($"CLEAR {top} leaves BASIC no room; it needs {floor} or more");
        }
        _machine.SetRamTop(top);
    }

    private void Load()
    {
        string name = Text();
        byte kind = Take();
        if (kind is not (Tokens.Code or Tokens.ScreenPicture))
        {
            throw Error("LOAD is understood with CODE and SCREEN$ only");
        }
        TapeHeader header = NextCode(name);
        byte[] data = DataOf(header);
        int address = kind == Tokens.ScreenPicture ? ScreenAddress : header.Parameter1;
        int length = kind == Tokens.ScreenPicture ? ScreenLength : data.Length;
        if (kind == Tokens.Code && !AtStatementEnd())
        {
            address = Number();
            if (Peek() == ',')
            {
                Take();
                length = Number();
            }
        }
        if (data.Length > length)
        {
            throw Error($"\"{header.Name}\" has {data.Length} bytes; LOAD asks for {length}");
        }
        _machine.LoadBinary(address, data);
    }

    private TapeHeader NextCode(string name)
    {
        while (_tape.Next() is { } block)
        {
            if (block.Header is { Kind: TapeKind.Code } header && (name.Length == 0 || name.TrimEnd() == header.Name))
            {
                return header;
            }
        }
        throw Error($"LOAD \"{name}\" CODE finds no such block on the rest of the tape");
    }

    private void Poke()
    {
        ushort address = Number();
        Expect((byte)',');
        ushort value = Number();
        if (value > 0xFF)
        {
            throw Error($"POKE {address},{value} is out of range");
        }
        if (address >= SpectrumBus.RamStart)
        {
            _machine.Poke(address, (byte)value);
        }
    }

    // A number in a listing is its digits, then a marker and its value; VAL "digits" saves the marker and is common.
    private ushort Number()
    {
        SkipSpaces();
        if (Peek() == Tokens.Val)
        {
            Take();
            string text = Text();
            return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort value)
                ? value
                : throw Error($"VAL \"{text}\" is not a number from 0 to 65535");
        }
        while (Peek() is >= (byte)'0' and <= (byte)'9' or (byte)'.' or (byte)'E' or (byte)'e' or (byte)'+')
        {
            Take();
        }
        if (Peek() != NumberMarker)
        {
            throw Error("a number is expected");
        }
        Take();
        if (_position + NumberLength > _program.Length)
        {
            throw Error("the program ends inside a number");
        }
        ReadOnlySpan<byte> number = _program.AsSpan(_position, NumberLength);
        _position += NumberLength;
        return number[0] == 0 && number[1] == 0
            ? BinaryPrimitives.ReadUInt16LittleEndian(number[2..])
            : throw Error("only whole numbers from 0 to 65535 are understood");
    }

    private string Text()
    {
        Expect((byte)'"');
        var text = new StringBuilder();
        for (byte code = Take(); code != '"'; code = Take())
        {
            text.Append(SpectrumText.ToChar(code));
        }
        return text.ToString();
    }

    private void NextLine()
    {
        if (_position + 4 > _program.Length)
        {
            throw new ProgramFileException(
                $".tap: the BASIC program ends in line {_lineNumber} without starting machine code by RANDOMIZE USR");
        }
        _lineNumber = BinaryPrimitives.ReadUInt16BigEndian(_program.AsSpan(_position));
        _position += 4;
    }

    private bool AtStatementEnd()
    {
        SkipSpaces();
        return Peek() is (byte)':' or Enter;
    }

    private void SkipSpaces()
    {
        while (Peek() == ' ')
        {
            _position++;
        }
    }

    private void Expect(byte wanted)
    {
        SkipSpaces();
        byte found = Take();
        if (found != wanted)
        {
            throw Error($"{Tokens.Name(wanted)} is expected, but {Tokens.Name(found)} found");
        }
    }

    private byte Peek() => _position < _program.Length ? _program[_position] : Enter;

    private byte Take() => _position < _program.Length
        ? _program[_position++]
        : throw Error("the program ends inside a line");

    private ProgramFileException Unsupported(byte token) =>
        Error($"{Tokens.Name(token)} is not understood; give a ROM image to run such a loader");

    private ProgramFileException Error(string message) =>
        new($".tap: BASIC line {_lineNumber}: {message}");
}
