using System.Buffers.Binary;

namespace MinZ.Z80.Rom;

/// <summary>The font of the substitute ROM: our own design, codes 0x20 to 0x7F.</summary>
internal static class Font
{
    private const int GlyphBytes = 8;

    // One glyph each, its top line in the top byte, its left pixel in the top bit.
    private static readonly ulong[] Glyphs =
    [
        0x0000000000000000, // space
        0x001C1C1C1C001C00, // !
        0x0036360000000000, // "
        0x12123F123F121200, // #
        0x183F783E1E7E1800, // $
        0x0061620408102343, // %
        0x00386C386F663F00, // &
        0x000C180000000000, // '
        0x000E181818180E00, // (
        0x00380C0C0C0C3800, // )
        0x000022147F142200, // *
        0x000018187E181800, // +
        0x00000000001C0C18, // ,
        0x000000003E000000, // -
        0x00000000001C1C00, // .
        0x000003060C183000, // /
        0x003E737B6F673E00, // 0
        0x001C3C0C0C0C3F00, // 1
        0x003E63071C707F00, // 2
        0x007F061E03633E00, // 3
        0x000E1E36667F0600, // 4
        0x007F607E03633E00, // 5
        0x001E307E63633E00, // 6
        0x007F03060C181800, // 7
        0x003E633E63633E00, // 8
        0x003E63633F063C00, // 9
        0x00001C1C001C1C00, // :
        0x00001C1C001C0C18, // ;
        0x00060C180C060000, // <
        0x0000003F003F0000, // =
        0x0030180C18300000, // >
        0x003E63070C000C00, // ?
        0x003C425A5E403C00, // @
        0x001C36637F636300, // A
        0x007C667E63637E00, // B
        0x003E636060633E00, // C
        0x007C666363667C00, // D
        0x007F607C60607F00, // E
        0x007F607C60606000, // F
        0x003E63606F633E00, // G
        0x0063637F63636300, // H
        0x003F0C0C0C0C3F00, // I
        0x001F060606663C00, // J
        0x00666C786C666300, // K
        0x0060606060607F00, // L
        0x0041635549414100, // M
        0x0063737B6F676300, // N
        0x003E636363633E00, // O
        0x007E63637E606000, // P
        0x003E63637B6C3F00, // Q
        0x007E63637E6C6700, // R
        0x003E603E03633E00, // S
        0x007F0C0C0C0C0C00, // T
        0x0063636363633E00, // U
        0x00636336361C1C00, // V
        0x0041414955634100, // W
        0x0063361C1C366300, // X
        0x0061331E0C0C0C00, // Y
        0x007F060C18307F00, // Z
        0x001E181818181E00, // [
        0x000030180C060300, // \
        0x003C0C0C0C0C3C00, // ]
        0x000C1E3F0C0C0C00, // ↑
        0x00000000000000FF, // _
        0x001E337C30307F00, // £
        0x00003C063E663E00, // a
        0x00303E3333333E00, // b
        0x00001E3030301E00, // c
        0x00031F3333331F00, // d
        0x00001E333F301F00, // e
        0x000F183E18181800, // f
        0x00001F33331F031E, // g
        0x00303E3333333300, // h
        0x000C001C0C0C1E00, // i
        0x0006000E0606361C, // j
        0x0030363C3C363300, // k
        0x001C0C0C0C0C1E00, // l
        0x0000764949494900, // m
        0x00003E3333333300, // n
        0x00001E3333331E00, // o
        0x00003E33333E3030, // p
        0x00003E66663E0607, // q
        0x00003E3830303000, // r
        0x00001F301E033E00, // s
        0x00183E1818180E00, // t
        0x0000333333371F00, // u
        0x000033331E1E0C00, // v
        0x0000414949493600, // w
        0x0000331E0C1E3300, // x
        0x00003333331F031E, // y
        0x00003F060C183F00, // z
        0x000E183818180E00, // {
        0x000C0C0C0C0C0C00, // |
        0x00380C0E0C0C3800, // }
        0x001B3E0000000000, // ~
        0x3C4299A1A199423C, // ©
    ];

    /// <summary>Writes the glyphs one behind the other.</summary>
    public static void CopyTo(Span<byte> memory)
    {
        for (int i = 0; i < Glyphs.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(memory[(i * GlyphBytes)..], Glyphs[i]);
        }
    }
}
