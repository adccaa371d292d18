using MinZ.Vm.Memory;

namespace MinZ.Vm;

/// <summary>
/// Keeps an object of a program's heap alive for the host, and knows where it is. Made by
/// <see cref="VirtualMachine.Keep"/>; until it is disposed of the object stays.
/// </summary>
public sealed class HeapHandle : IDisposable
{
    private readonly HandleTable _table;
    private readonly int _number;

    internal HeapHandle(HandleTable table, long address)
    {
        _table = table;
        _number = table.Add(address);
    }

    /// <summary>Where the object is now; good until the program runs again.</summary>
    /// <exception cref="ObjectDisposedException">The handle was disposed of.</exception>
    public long Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _table[_number];
        }
    }

    private bool IsDisposed { get; set; }

    /// <summary>Lets go of the object.</summary>
    public void Dispose()
    {
        if (!IsDisposed)
            _table.Remove(_number);
        IsDisposed = true;
    }
}
