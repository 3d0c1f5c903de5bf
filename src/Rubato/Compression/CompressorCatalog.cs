using Rubato.Configuration;

namespace Rubato.Compression;

/// <summary>The gradient compressors that can be chosen by name.</summary>
public static class CompressorCatalog
{
    /// <summary>All of them.</summary>
    public static Catalog<ExchangeFactory> All { get; } = new(
        "compressor",
        CatalogEntry<ExchangeFactory>.Of<NoOptions>(
            "none", "full single-precision vectors", _ => group => new UncompressedExchange(group)));
}
