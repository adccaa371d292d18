namespace MinZ.Runtime;

/// <summary>Arrays and slices.</summary>
internal static class Runs
{
    public static ref T At<T>(ArraySegment<T> run, int index)
    {
        if ((uint)index >= (uint)run.Count)
            throw new IndexOutOfRangeException();
        return ref run.Array![run.Offset + index];
    }

    public static ref T At<T>(ArraySegment<T> run, long index)
    {
        if ((ulong)index >= (ulong)run.Count)
            throw new IndexOutOfRangeException();
        return ref run.Array![run.Offset + (int)index];
    }

    public static int Length<T>(ArraySegment<T> run) => run.Count;

    public static ArraySegment<T> Slice<T>(ArraySegment<T> run, long from, long to)
    {
        if ((ulong)to > (ulong)run.Count || (ulong)from > (ulong)to)
            throw new IndexOutOfRangeException();
        return to == from ? default : new ArraySegment<T>(run.Array!, run.Offset + (int)from, (int)(to - from));
    }

    /// <summary>Zeroed elements on the heap.</summary>
    public static ArraySegment<T> New<T>(long count)
    {
        if ((ulong)count > int.MaxValue)
            throw new OutOfMemoryException();
        return new ArraySegment<T>(new T[count]);
    }

    public static bool Same<T>(ArraySegment<T> a, ArraySegment<T> b) =>
        ReferenceEquals(a.Array, b.Array) && a.Offset == b.Offset && a.Count == b.Count;

    public static T[] Clone<T>(T[] array) => array is null ? array! : (T[])array.Clone();

    public static void Copy<T>(T[] to, T[] from) => Array.Copy(from, to, to.Length);

    public static T[] Fill<T>(T value, int length)
    {
        var array = new T[length];
        Array.Fill(array, value);
        return array;
    }

    /// <summary>Bytes held as the low bytes of characters.</summary>
    public static byte[] Bytes(string text) => Strings.Literal(text).Bytes;

    public static sbyte[] SignedBytes(string text)
    {
        var bytes = new sbyte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (sbyte)text[i];
        return bytes;
    }
}
