using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Tests.Lang;
using MinZ.Tests.Samples;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Game;

/// <summary>The game of the template, built as its users build it, on a Spectrum with a player at the keys.</summary>
internal sealed class GameMachine
{
    /// <summary>Attribute of the snake and the empty field: bright green on black.</summary>
    public const byte Field = 0x44;

    /// <summary>Attribute of the food: bright red on black.</summary>
    public const byte Food = 0x42;

    /// <summary>Row of the screen the field begins at.</summary>
    public const int Top = 2;

    private const string OpenRom = "/usr/share/spectrum-roms/opense.rom";

    private static readonly Lazy<(byte[] Tape, byte[] Snapshot)> Built = new(Build);

    private GameMachine(Spectrum machine) => Machine = machine;

    /// <summary>The Spectrum.</summary>
    public Spectrum Machine { get; }

    /// <summary>Loads the tape; with <paramref name="openRom"/> on the free OpenSE ROM, if it is installed.</summary>
    public static GameMachine FromTape(bool openRom = false)
    {
        Assert.SkipWhen(openRom && !File.Exists(OpenRom), "the OpenSE ROM is not installed");
        var machine = openRom ? new Spectrum(File.ReadAllBytes(OpenRom)) : new Spectrum();
        if (openRom)
            machine.RunFrames(200);
        machine.Load(TapFile.Parse(Built.Value.Tape));
        return new GameMachine(machine);
    }

    /// <summary>Loads the snapshot.</summary>
    public static GameMachine FromSnapshot()
    {
        var machine = new Spectrum();
        machine.Load(SnaFile.Parse(Built.Value.Snapshot));
        return new GameMachine(machine);
    }

    /// <summary>Runs frames; the game never ends by itself.</summary>
    public void Frames(int count) => Assert.Equal(StopReason.TimeSpent, Machine.RunFrames(count).Reason);

    /// <summary>Holds a key down for some frames, then lets it go.</summary>
    public void Hold(Key key, int frames)
    {
        Machine.Keyboard.Press(key);
        Frames(frames);
        Machine.Keyboard.Release(key);
    }

    /// <summary>Runs until something is so; fails after a number of frames.</summary>
    public void Until(Func<GameMachine, bool> done, int frames, string what)
    {
        for (var i = 0; !done(this); i++)
        {
            Assert.True(i < frames, $"no {what} after {frames} frames:\n{string.Join('\n', Text)}");
            Frames(1);
        }
    }

    /// <summary>The characters on the screen, row by row; those of the snake and the like count as unknown.</summary>
    public string[] Text => Machine.ScreenText();

    /// <summary>Attribute of a character cell.</summary>
    public byte Attribute(int column, int row) => Machine.Peek((ushort)(0x5800 + row * 32 + column));

    /// <summary>Whether any pixel of a cell is set.</summary>
    public bool IsDrawn(int column, int row) =>
        Enumerable.Range(0, 8).Any(line => Machine.Peek((ushort)Screen.PixelAddress(column, row * 8 + line)) != 0);

    /// <summary>Cells of the field with something in them that has a colour.</summary>
    public List<(int X, int Y)> Drawn(byte attribute) =>
    [
        .. from y in Enumerable.Range(Top, 24 - Top)
           from x in Enumerable.Range(0, 32)
           where Attribute(x, y) == attribute && IsDrawn(x, y)
           select (x, y),
    ];

    private static (byte[], byte[]) Build()
    {
        var folder = Path.Combine(LangFile.Root, "..", "..", "templates", "content", "minz-game");
        string[] names = ["main.minz", "snake.minz"];
        var sources = names.Select(n => new SourceText(File.ReadAllText(Path.Combine(folder, n)), n)).ToList();
        var library = Path.Combine(LangFile.Root, "..", "..", "sdk", "std");
        SourceText? Resolve(string module)
        {
            var path = Path.Combine(library, module.Replace('.', '/') + ".minz");
            return File.Exists(path) ? new SourceText(File.ReadAllText(path), module) : null;
        }
        var result = Compilation.Compile(sources,
            new CompilationOptions { ModuleName = "snake", ResolveModule = Resolve, Targets = ["z80"] });
        Assert.True(result.Succeeded, string.Join('\n', result.Diagnostics));
        var built = Runs.Emit(result.Module!, optimize: true);
        return (Runs.File(built, ".tap").ToArray(), Runs.File(built, ".sna").ToArray());
    }
}
