using MinZ.Mir;
using MinZ.Vm.Loading;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Growing stacks of green threads: their register frames, and the chunks that addressable slots lie in.
/// </summary>
internal sealed unsafe partial class Machine
{
    /// <summary>Comes when a frame does not fit: makes room, and the instruction is done again; or null.</summary>
    private Insn* MakeRoom(Insn* ip, long* R)
    {
        _ip = ip;
        _frame = R;
        switch (ip->Op)
        {
            case Code.Enter or Code.EnterZeroed:
                return TryExtendFrames((uint)ip->D) ? ip : Stop(TrapCode.StackOverflow);
            case Code.Call or Code.TailCall:
                // It is charged again.
                _fuel++;
                var entry = *(CodeEntry**)&ip->D;
                var slots = entry->FrameSlots + (ip->Op == Code.Call ? ip->A : 0);
                return (ip->Op == Code.TailCall || ((int*)R)[-3] < _maxDepth) && TryGrow(slots) ? ip
                    : Stop(TrapCode.StackOverflow);
            default:
                return Stop(TrapCode.StackOverflow);
        }
    }

    /// <summary>Makes room for so many slots from the innermost frame's start on; the frame may move.</summary>
    private bool TryGrow(long slots)
    {
        if (_frame + slots <= _stackLimit)
            return true;
        var used = _frame - _current->Slots;
        if (_current == Root || IsPinned || (used + slots) * sizeof(long) > _options.StackBytes)
            return false;
        _current->Frame = _frame;
        if (!TryGrow(_current, used + slots))
            return false;
        _frame = _current->Frame;
        _stackLimit = _current->SlotsEnd;
        return true;
    }

    private bool TryGrow(GreenThread* thread, long slots)
    {
        if (!_world.IsShared)
            return Store.TryGrow(thread, slots);
        lock (Store)
            return Store.TryGrow(thread, slots);
    }

    private bool TryExtendFrames(uint bytes)
    {
        if (_current == Root)
            return false;
        (_current->FrameTop, _current->FrameLimit) = (_shadowTop, _shadowEnd);
        if (_world.IsShared)
            Monitor.Enter(_world.Frames);
        var isExtended = _world.Frames.TryExtend(_current, bytes);
        if (_world.IsShared)
            Monitor.Exit(_world.Frames);
        if (!isExtended)
            return false;
        (_shadowTop, _shadowEnd, _chunkStart) = (_current->FrameTop, _current->FrameLimit, _current->Chunk->Start);
        return true;
    }

    /// <summary>The frame that a chunk was taken for has ended.</summary>
    private void LeaveChunk()
    {
        if (_current->Chunk == null)
            return;
        if (_world.IsShared)
            Monitor.Enter(_world.Frames);
        _world.Frames.Shrink(_current);
        if (_world.IsShared)
            Monitor.Exit(_world.Frames);
        (_shadowTop, _shadowEnd) = (_current->FrameTop, _current->FrameLimit);
        _chunkStart = _current->Chunk == null ? 0 : _current->Chunk->Start;
    }

    private void FreeChunks(GreenThread* thread)
    {
        if (_world.IsShared)
            Monitor.Enter(_world.Frames);
        while (thread->Chunk != null)
            _world.Frames.Shrink(thread);
        if (_world.IsShared)
            Monitor.Exit(_world.Frames);
    }
}
