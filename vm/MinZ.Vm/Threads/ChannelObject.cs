using System.Runtime.InteropServices;
using MinZ.Mir;

namespace MinZ.Vm.Threads;

/// <summary>
/// A channel as it lies in the program's heap, where the collector finds its buffer and its end. Nothing here is
/// trusted: a program with raw pointers may write over it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct ChannelObject
{
    /// <summary>What the collector is told of channels: the first word is an address.</summary>
    public static StructType Type { get; } = new("chan")
    {
        Fields = [new("buffer", new BoxType(MirType.U8)), .. Enumerable.Range(1, Bytes / sizeof(uint) - 1)
            .Select(n => new Field($"word{n}", MirType.U32))],
    };

    /// <summary>Bytes of a channel without the object's header.</summary>
    public const int Bytes = 40;
    /// <summary>In <see cref="Marks"/>: closed.</summary>
    public const uint ClosedMark = 1U << 31;
    /// <summary>Elements the first buffer has room for.</summary>
    public const uint FirstRoom = 4;

    /// <summary>Address of the buffer, an object of elements; 0 = none yet.</summary>
    public uint Buffer;
    /// <summary>Values it may hold.</summary>
    public uint Capacity;
    /// <summary>Values it holds.</summary>
    public uint Count;
    /// <summary>Element that goes out next.</summary>
    public uint Head;
    /// <summary>Bytes of an element.</summary>
    public uint ElementBytes;
    /// <summary>Elements the buffer has room for.</summary>
    public uint Room;
    /// <summary>Number of the queue of those who wait; 0 = nobody does.</summary>
    public uint Waiters;
    /// <summary><see cref="WaitQueue.Generation"/> of that queue; another one means that nobody waits.</summary>
    public uint Generation;
    /// <summary>Layout of elements, and whether it is closed.</summary>
    public uint Marks;


    public readonly bool IsClosed => (Marks & ClosedMark) != 0;
    public readonly int Layout => (int)(Marks & ~ClosedMark);
}
