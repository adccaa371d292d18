using MinZ.Hosting.Running;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Hosting;

public sealed class KeyScriptTests
{
    [Fact]
    public void Keys_go_down_and_up_at_their_frames()
    {
        var machine = new Spectrum();
        // JR to itself: the machine runs, the program does nothing.
        machine.LoadBinary(0x8000, [0x18, 0xFE]);
        machine.StartAt(0x8000);
        KeyScript.Parse("2:space,3:P*4  10:7 20:'a'").Schedule(machine.Keyboard, machine.Frame);
        var pressed = new List<(long Frame, Key Key)>();
        long start = machine.Frame;
        for (int frame = 0; frame < 30; frame++)
        {
            var down = Enum.GetValues<Key>().Where(machine.Keyboard.IsDown);
            pressed.AddRange(down.Select(k => (machine.Frame - start, k)));
            machine.RunFrames(1);
        }

        (int First, int Last) Held(Key key)
        {
            var frames = pressed.Where(p => p.Key == key).Select(p => (int)p.Frame).ToArray();
            return (frames.Min(), frames.Max());
        }

        Assert.Equal((2, 6), Held(Key.Space));
        Assert.Equal((3, 6), Held(Key.P));
        Assert.Equal((10, 14), Held(Key.Digit7));
        Assert.Equal((20, 23), Held(Key.A));
    }

    [Theory]
    [InlineData("space")]
    [InlineData("x:space")]
    [InlineData("5:nokey")]
    [InlineData("5:p*0")]
    [InlineData("5:'")]
    [InlineData("5:'é'")]
    public void Nonsense_is_refused(string script) => Assert.Throws<FormatException>(() => KeyScript.Parse(script));
}
