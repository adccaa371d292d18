using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MinZ.Z80;

/// <summary>
/// The register file. Pairs and their halves overlap; the layout assumes a little-endian host, as every .NET desktop
/// and server platform we support is.
/// </summary>
/// <remarks>
/// The bytes B C D E H L - A lie so that register number <c>n</c> of the instruction encoding is the byte at <c>n ^
/// 1</c>; number 6, which encodes (HL), never reaches that table. This is why A sits below F and AF is put together
/// on demand.
/// </remarks>
[StructLayout(LayoutKind.Explicit)]
public struct Registers
{
    [FieldOffset(0)] public ushort BC;
    [FieldOffset(0)] public byte C;
    [FieldOffset(1)] public byte B;
    [FieldOffset(2)] public ushort DE;
    [FieldOffset(2)] public byte E;
    [FieldOffset(3)] public byte D;
    [FieldOffset(4)] public ushort HL;
    [FieldOffset(4)] public byte L;
    [FieldOffset(5)] public byte H;
    [FieldOffset(6)] public byte A;
    [FieldOffset(7)] public byte F;
    [FieldOffset(8)] public ushort IX;
    [FieldOffset(10)] public ushort IY;
    [FieldOffset(12)] public ushort SP;
    [FieldOffset(14)] public ushort PC;

    /// <summary>MEMPTR, the internal address latch; visible only through the flags of BIT n,(HL).</summary>
    [FieldOffset(16)] public ushort WZ;

    [FieldOffset(18)] public byte I;

    // R counts in its low seven bits and keeps the top bit; apart, the count is a plain increment per fetch.
    [FieldOffset(19)] internal byte Refresh;
    [FieldOffset(20)] internal byte RefreshTop;

    /// <summary>The shadow registers of EX AF,AF' and EXX.</summary>
    [FieldOffset(22)] public ushort ShadowAF;
    [FieldOffset(24)] public ushort ShadowBC;
    [FieldOffset(26)] public ushort ShadowDE;
    [FieldOffset(28)] public ushort ShadowHL;

    /// <summary>A in the high byte, F in the low byte.</summary>
    public ushort AF
    {
        readonly get => (ushort)(A << 8 | F);
        set
        {
            A = (byte)(value >> 8);
            F = (byte)value;
        }
    }

    /// <summary>The memory refresh register.</summary>
    public byte R
    {
        readonly get => (byte)(Refresh & 0x7F | RefreshTop);
        set
        {
            Refresh = value;
            RefreshTop = (byte)(value & 0x80);
        }
    }

    /// <summary>EXX.</summary>
    internal void ExchangeAll()
    {
        (BC, ShadowBC) = (ShadowBC, BC);
        (DE, ShadowDE) = (ShadowDE, DE);
        (HL, ShadowHL) = (ShadowHL, HL);
    }

    /// <summary>The address on the bus during refresh and most internal cycles.</summary>
    public readonly ushort IR => (ushort)(I << 8 | Refresh & 0x7F | RefreshTop);

    /// <summary>The 8-bit register with this number in the instruction encoding; 6, (HL), is not one.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte Byte(int number) => ref Unsafe.Add(ref C, number ^ 1);
}
