using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>Finds a ROM image for the tests that want a real one; none is part of the repository.</summary>
internal static class Roms
{
    private const string Variable = "MINZ_SPECTRUM_ROM";

    // Where Debian's package opense-basic puts the free OpenSE BASIC.
    private const string Usual = "/usr/share/spectrum-roms/opense.rom";

    public static byte[] Require()
    {
        string path = Environment.GetEnvironmentVariable(Variable) ?? Usual;
        Assert.SkipUnless(File.Exists(path), $"no ROM image: install opense-basic or set {Variable}");
        return File.ReadAllBytes(path);
    }
}
