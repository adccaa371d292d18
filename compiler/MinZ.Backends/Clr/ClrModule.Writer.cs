using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace MinZ.Backends.Clr;

internal sealed partial class ClrModule
{
    private static readonly Func<IEnumerable<Blob>, BlobContentId> ContentId = blobs =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var b in blobs)
            hash.AppendData(b.GetBytes());
        return BlobContentId.FromHash(hash.GetHashAndReset());
    };

    /// <summary>Puts metadata, code and symbols into files. The module's identity is a hash of its content.</summary>
    private (ImmutableArray<byte> Image, ImmutableArray<byte> Symbols) Finish()
    {
        var assembly = ClrNames.Identifier(Options.Name, dots: true);
        var mvid = _metadata.ReserveGuid();
        _metadata.AddModule(0, _metadata.GetOrAddString(assembly + ".dll"), mvid.Handle, default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString(assembly), new Version(1, 0, 0, 0), default, default, default,
            AssemblyHashAlgorithm.None);
        AddTargetFramework();
        var entry = Module.Main is null ? default : MetadataTokens.MethodDefinitionHandle(_firstExtra + 2);
        var pdb = new PortablePdbBuilder(Symbols.Metadata, _metadata.GetRowCounts(), entry, ContentId);
        var symbols = new BlobBuilder();
        var symbolsId = pdb.Serialize(symbols);
        var debug = new DebugDirectoryBuilder();
        debug.AddCodeViewEntry(assembly + ".pdb", symbolsId, pdb.FormatVersion);
        debug.AddReproducibleEntry();
        var root = new MetadataRootBuilder(_metadata);
        mvid.CreateWriter().WriteGuid(ContentOf(symbols));
        var header = Module.Main is null ? PEHeaderBuilder.CreateLibraryHeader()
            : PEHeaderBuilder.CreateExecutableHeader();
        var image = new BlobBuilder();
        new ManagedPEBuilder(header, root, _code, debugDirectoryBuilder: debug, entryPoint: entry,
            deterministicIdProvider: ContentId).Serialize(image);
        return (image.ToImmutableArray(), symbols.ToImmutableArray());
    }

    private Guid ContentOf(BlobBuilder symbols)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_code.ToArray());
        hash.AppendData(symbols.ToArray());
        return BlobContentId.FromHash(hash.GetHashAndReset()).Guid;
    }

    /// <summary>TargetFrameworkAttribute, which build tools look for.</summary>
    private void AddTargetFramework()
    {
        var constructor = new BlobBuilder();
        new BlobEncoder(constructor).MethodSignature(isInstanceMethod: true)
            .Parameters(1, r => r.Void(), p => p.AddParameter().Type().String());
        var member = _metadata.AddMemberReference(
            Types.Reference("System.Runtime", "System.Runtime.Versioning", "TargetFrameworkAttribute"),
            _metadata.GetOrAddString(".ctor"), _metadata.GetOrAddBlob(constructor));
        var value = new BlobBuilder();
        new BlobEncoder(value).CustomAttributeSignature(
            fixedArguments => fixedArguments.AddArgument().Scalar().Constant(".NETCoreApp,Version=v10.0"),
            namedArguments => namedArguments.Count(0));
        _metadata.AddCustomAttribute(EntityHandle.AssemblyDefinition, member, _metadata.GetOrAddBlob(value));
    }
}
