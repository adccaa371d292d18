using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>The portable PDB: documents, sequence points, names of variables.</summary>
internal sealed class ClrSymbols
{
    private const int MaxLine = 0xFEEFEE - 1;
    private const int MaxColumn = 0xFFFE;
    private readonly List<DocumentHandle> _documents = [];
    private int _methods;

    public ClrSymbols(Module module, int methodsWithoutSymbols)
    {
        foreach (var file in module.Files)
            _documents.Add(Metadata.AddDocument(Metadata.GetOrAddDocumentName(file), default, default, default));
        for (var n = 0; n < methodsWithoutSymbols; n++)
            Metadata.AddMethodDebugInformation(default, default);
        _methods = methodsWithoutSymbols;
        Metadata.AddImportScope(default, default);
    }

    public MetadataBuilder Metadata { get; } = new();

    /// <summary>Adds a method without a body.</summary>
    public void AddAbstract()
    {
        _methods++;
        Metadata.AddMethodDebugInformation(default, default);
    }

    /// <summary>Adds a method; call in the order of method rows.</summary>
    public void Add(ClrBody body, IReadOnlyList<Block> blocks, StandaloneSignatureHandle locals)
    {
        _methods++;
        Metadata.AddMethodDebugInformation(DocumentOf(body), Points(body, locals));
        if (blocks.Count == 0 || body.CodeSize == 0)
            return;
        Metadata.AddLocalScope(MetadataTokens.MethodDefinitionHandle(_methods), MetadataTokens.ImportScopeHandle(1),
            MetadataTokens.LocalVariableHandle(Metadata.GetRowCount(TableIndex.LocalVariable) + 1),
            MetadataTokens.LocalConstantHandle(1), 0, body.CodeSize);
        foreach (var (index, name) in body.Names)
            Metadata.AddLocalVariable(LocalVariableAttributes.None, index, Metadata.GetOrAddString(name));
    }

    /// <summary>The only document of a method; none when there are several or none.</summary>
    private DocumentHandle DocumentOf(ClrBody body)
    {
        var files = body.Points.Where(p => p.Location.IsKnown).Select(p => p.Location.File).Distinct().Take(2).ToList();
        return files is [var file] && file <= _documents.Count ? _documents[file - 1] : default;
    }

    /// <summary>The sequence points blob as the Portable PDB format describes it.</summary>
    private BlobHandle Points(ClrBody body, StandaloneSignatureHandle locals)
    {
        var points = body.Points.Where(p => p.Location.File <= _documents.Count).ToList();
        if (!points.Any(p => p.Location.IsKnown))
            return default;
        var blob = new BlobBuilder();
        blob.WriteCompressedInteger(locals.IsNil ? 0 : MetadataTokens.GetRowNumber(locals));
        var document = DocumentOf(body);
        var single = !document.IsNil;
        var current = document;
        if (!single)
        {
            current = _documents[points.First(p => p.Location.IsKnown).Location.File - 1];
            blob.WriteCompressedInteger(MetadataTokens.GetRowNumber(current));
        }
        int offset = -1, line = -1, column = 0;
        foreach (var (at, place) in points)
        {
            if (place.IsKnown && _documents[place.File - 1] != current)
            {
                current = _documents[place.File - 1];
                blob.WriteCompressedInteger(0);
                blob.WriteCompressedInteger(MetadataTokens.GetRowNumber(current));
            }
            blob.WriteCompressedInteger(offset < 0 ? at : at - offset);
            offset = at;
            if (!place.IsKnown)
            {
                blob.WriteCompressedInteger(0);
                blob.WriteCompressedInteger(0);
                continue;
            }
            var l = Math.Clamp(place.Line, 1, MaxLine);
            var c = Math.Clamp(place.Column, 1, MaxColumn - 1);
            blob.WriteCompressedInteger(0);
            blob.WriteCompressedInteger(Math.Clamp(place.Length, 1, MaxColumn - c));
            if (line < 0)
            {
                blob.WriteCompressedInteger(l);
                blob.WriteCompressedInteger(c);
            }
            else
            {
                blob.WriteCompressedSignedInteger(l - line);
                blob.WriteCompressedSignedInteger(c - column);
            }
            (line, column) = (l, c);
        }
        return Metadata.GetOrAddBlob(blob);
    }
}
