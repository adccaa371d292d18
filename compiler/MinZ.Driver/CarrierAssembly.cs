using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace MinZ.Driver;

/// <summary>
/// An assembly without code, for a program the CLR cannot take, such as one of Z80 assembly: it lets the module beside
/// it be referenced, packed and published by the means of .NET.
/// </summary>
internal static class CarrierAssembly
{
    /// <summary>
    /// The bytes of a class library with this identity and nothing public; equal for equal arguments.
    /// </summary>
    public static ImmutableArray<byte> Create(string name, Version version)
    {
        var metadata = new MetadataBuilder();
        var empty = default(BlobHandle);
        metadata.AddModule(0, metadata.GetOrAddString(name + ".dll"), metadata.GetOrAddGuid(IdentityOf(name, version)),
            default, default);
        metadata.AddAssembly(metadata.GetOrAddString(name), version, default, empty, default,
            AssemblyHashAlgorithm.None);
        // Tools tell what runtime an assembly is for by its reference to the core library.
        metadata.AddAssemblyReference(metadata.GetOrAddString("System.Runtime"), new Version(10, 0, 0, 0), default,
            metadata.GetOrAddBlob(ImmutableArray.Create<byte>(0xB0, 0x3F, 0x5F, 0x7F, 0x11, 0xD5, 0x0A, 0x3A)),
            default, empty);
        metadata.AddTypeDefinition(TypeAttributes.NotPublic, default, metadata.GetOrAddString("<Module>"), default,
            MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));

        var builder = new ManagedPEBuilder(
            new PEHeaderBuilder(imageCharacteristics: Characteristics.ExecutableImage | Characteristics.Dll),
            new MetadataRootBuilder(metadata), new BlobBuilder(), deterministicIdProvider: ContentId);
        var image = new BlobBuilder();
        builder.Serialize(image);
        return image.ToImmutableArray();
    }

    private static BlobContentId ContentId(IEnumerable<Blob> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Blob blob in content)
        {
            hash.AppendData(blob.GetBytes());
        }

        return BlobContentId.FromHash(hash.GetHashAndReset());
    }

    private static Guid IdentityOf(string name, Version version) =>
        new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{name} {version}")).AsSpan(0, 16));
}
