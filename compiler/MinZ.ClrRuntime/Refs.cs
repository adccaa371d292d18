using System.Runtime.InteropServices;

namespace MinZ.Runtime;

/// <summary>
/// A reference to a place that may be kept: to what a box holds, a variable, an element, or a field of any of them.
/// </summary>
public abstract class Ref<T>
{
    /// <summary>The place itself.</summary>
    public abstract ref T Value { get; }

    /// <summary>The place so many elements behind this one; what is not part of an array has none.</summary>
    internal virtual Ref<T> Plus(long index) => index == 0 ? this : throw Traps.New((int)TrapCode.BadAddress);

    /// <summary>True when another reference is to the same place.</summary>
    internal virtual bool Same(Ref<T> other) => ReferenceEquals(this, other);
}

/// <summary>A heap cell of MinZ that holds one value.</summary>
public sealed class Box<T> : Ref<T>
{
    internal T Content;

    public Box(T value) => Content = value;

    public override ref T Value => ref Content;
}

/// <summary>A reference to an array, which is the place as well as its value.</summary>
internal sealed class ArrayRef<T> : Ref<T[]>
{
    private T[] _array;

    public ArrayRef(T[] array) => _array = array;

    public override ref T[] Value => ref _array;
}

/// <summary>A reference to an element of an array.</summary>
internal sealed class Element<T> : Ref<T>
{
    private readonly T[] _array;
    private readonly long _index;

    public Element(T[] array, long index) => (_array, _index) = (array, index);

    public override ref T Value => ref _array[_index];

    internal override Ref<T> Plus(long index) => new Element<T>(_array, _index + index);

    internal override bool Same(Ref<T> other) =>
        other is Element<T> e && ReferenceEquals(e._array, _array) && e._index == _index;
}

/// <summary>Yields a managed pointer to a variable.</summary>
internal delegate ref T Variable<T>();

/// <summary>Yields a managed pointer to a part of a place.</summary>
internal delegate ref T Part<TWhole, T>(ref TWhole whole);

/// <summary>A reference to a variable of the module.</summary>
internal sealed class VariableRef<T> : Ref<T>
{
    private readonly Variable<T> _variable;

    public VariableRef(Variable<T> variable) => _variable = variable;

    public override ref T Value => ref _variable();

    internal override bool Same(Ref<T> other) => other is VariableRef<T> v && v._variable.Equals(_variable);
}

/// <summary>A reference to a part of a place that another reference is to.</summary>
internal sealed class PartRef<TWhole, T> : Ref<T>
{
    private readonly Ref<TWhole> _whole;
    private readonly Part<TWhole, T> _part;

    public PartRef(Ref<TWhole> whole, Part<TWhole, T> part) => (_whole, _part) = (whole, part);

    public override ref T Value => ref _part(ref _whole.Value);

    internal override bool Same(Ref<T> other) =>
        other is PartRef<TWhole, T> p && Refs.Same(p._whole, _whole) && p._part.Equals(_part);
}

/// <summary>Makes and compares references.</summary>
internal static class Refs
{
    public static Ref<T[]> Array<T>(T[] array) => new ArrayRef<T>(array);

    public static Ref<T> Element<T>(T[] array, long index)
    {
        if ((ulong)index >= (ulong)array.Length)
            throw new IndexOutOfRangeException();
        return new Element<T>(array, index);
    }

    public static Ref<T> ElementOf<T>(ArraySegment<T> run, long index)
    {
        if ((ulong)index >= (ulong)run.Count)
            throw new IndexOutOfRangeException();
        return new Element<T>(run.Array!, run.Offset + index);
    }

    /// <summary>The place itself; a null pointer, which traps when it is followed, for no reference.</summary>
    public static ref T Open<T>(Ref<T>? reference)
    {
        if (reference is null)
            return ref MemoryMarshal.GetReference(default(Span<T>));
        return ref reference.Value;
    }

    public static Ref<T> Plus<T>(Ref<T> start, long index) => start.Plus(index);

    /// <summary>What an element behind a reference is.</summary>
    public static ref T At<T>(Ref<T> start, long index) => ref (index == 0 ? start : start.Plus(index)).Value;

    public static Ref<T> Variable<T>(Variable<T> variable) => new VariableRef<T>(variable);

    public static Ref<T> Part<TWhole, T>(Ref<TWhole> whole, Part<TWhole, T> part) =>
        new PartRef<TWhole, T>(whole, part);

    /// <summary>True when two references are to the same place, or both to none.</summary>
    public static bool Same<T>(Ref<T>? a, Ref<T>? b)
    {
        if (a is null || b is null || ReferenceEquals(a, b))
            return ReferenceEquals(a, b);
        // An array is its own place, so any two references to it are alike.
        return typeof(T).IsArray ? ReferenceEquals(a.Value, b.Value) : a.Same(b);
    }
}

/// <summary>Function values.</summary>
internal static class Functions
{
    /// <summary>True when two values call the same code with the same captures.</summary>
    public static bool Same(Delegate? a, Delegate? b) => a is null ? b is null : a.Equals(b);
}

/// <summary>The object behind an interface value that was made of a reference.</summary>
public abstract class Target
{
    /// <summary>True when another interface value is over the same object.</summary>
    internal abstract bool Same(object other);
}

/// <summary>
/// The object behind an interface value that was made of a reference: it calls the methods on what that is to.
/// </summary>
public abstract class Target<T> : Target
{
    private readonly Ref<T> _at;

    internal Target(Ref<T> at) => _at = at;

    /// <summary>What the methods work on.</summary>
    public Ref<T> At => _at;

    internal override bool Same(object other) => other is Target<T> target && Refs.Same(target._at, _at);
}

/// <summary>Interface values.</summary>
internal static class Targets
{
    public static Ref<T> At<T>(Target<T> target) => target.At;

    /// <summary>True when an interface value is over a type.</summary>
    public static bool Is<T>(object? value) => value is Target<T> || value is T;

    /// <summary>The reference behind an interface value. A value that another language boxed is copied.</summary>
    public static Ref<T> Cast<T>(object? value) => value is Target<T> target ? target.At
        : value is T ? new Box<T>((T)value)
        : throw Traps.New((int)TrapCode.WrongVariant);

    /// <summary>True when two interface values are over the same object.</summary>
    public static bool Same(object? a, object? b) =>
        ReferenceEquals(a, b) || b is not null && a is Target x && x.Same(b);
}
