using System.Runtime.InteropServices;

namespace MinZ.Vm.Memory;

/// <summary>
/// Asks the system for large pages where much memory will be touched: it then maps 2 MB at the first touch instead of
/// 4 KB, which otherwise is most of what allocating costs. Only Linux has such a request; elsewhere nothing happens.
/// </summary>
internal static unsafe partial class HostPages
{
    /// <summary>Bytes of a large page, and what it is aligned to.</summary>
    public const int LargeBytes = 2 << 20;
    /// <summary>MADV_HUGEPAGE of madvise(2).</summary>
    private const int HugePageAdvice = 14;

    /// <summary>Asks for large pages in a range, as far as whole ones fit in.</summary>
    public static void PreferLarge(void* start, nuint bytes)
    {
        const nuint Mask = LargeBytes - 1;
        var first = ((nuint)start + Mask) & ~Mask;
        var end = ((nuint)start + bytes) & ~Mask;
        // The answer does not matter: without large pages everything works as well.
        if (first < end && OperatingSystem.IsLinux())
            _ = Advise((void*)first, end - first, HugePageAdvice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint bytes, int advice);
}
