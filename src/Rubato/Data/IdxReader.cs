using System.Buffers.Binary;

namespace Rubato.Data;

/// <summary>Reads the IDX format of MNIST: two zero bytes, a type, a rank, big-endian sizes, then the elements.</summary>
/// <remarks>http://yann.lecun.com/exdb/mnist describes the format. Only unsigned bytes (type 8) are read, which is what image sets use.</remarks>
internal static class IdxReader
{
    private const int UnsignedByte = 8, LargestRank = 4;

    /// <summary>An array of bytes and its sizes, the outermost first.</summary>
    public sealed record IdxArray(int[] Sizes, byte[] Elements);

    public static IdxArray Read(DataStream stream)
    {
        Span<byte> word = stackalloc byte[4];
        stream.Fill(word, "the IDX header");
        if (word[0] != 0 || word[1] != 0 || word[2] != UnsignedByte || word[3] is < 1 or > LargestRank)
        {
            throw new DataFormatException(stream.Path, "byte 0",
                $"the file begins with {Convert.ToHexString(word)}, but an IDX file of unsigned bytes begins with 000008 and its rank 01 to 04. Is it an IDX file?");
        }

        var sizes = new int[word[3]];
        long length = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            stream.Fill(word, "the IDX header");
            uint size = BinaryPrimitives.ReadUInt32BigEndian(word);
            // Both factors are below 2^31 when they are multiplied, so the product cannot overflow before it is refused.
            if (size is 0 or > int.MaxValue || (length *= size) > Math.Min(stream.MostBytes, Array.MaxLength))
            {
                throw new DataFormatException(stream.Path, $"byte {4 + 4 * i}",
                    $"size {i + 1} of {sizes.Length} is {size}, but there can be 1 to {Math.Min(stream.MostBytes, Array.MaxLength)} elements in a file of this length. It is truncated or its header corrupt; fetch or copy it again.");
            }
            sizes[i] = (int)size;
        }

        var elements = new byte[length];
        stream.Fill(elements, $"its {length} elements");
        stream.RequireEnd($"The {length} elements that the header announces");
        return new IdxArray(sizes, elements);
    }

    /// <summary>Reads images (rank 3: samples, height, width; rank 4: with channels; rank 2: vectors) and their labels.</summary>
    public static (byte[] Pixels, int[] Labels, SampleShape Shape) ReadLabelled(DataStream images, DataStream labels)
    {
        IdxArray pixels = Read(images), classes = Read(labels);
        if (pixels.Sizes.Length == 1)
            throw new DataFormatException(images.Path, "byte 3", "the rank is 1, but images have 2 to 4. Are these the labels? Name the file of images.");
        if (classes.Sizes.Length != 1)
            throw new DataFormatException(labels.Path, "byte 3", $"the rank is {classes.Sizes.Length}, but labels have 1. Are these the images?");
        if (classes.Sizes[0] != pixels.Sizes[0])
            throw new DataFormatException(labels.Path, "byte 4", $"there are {classes.Sizes[0]} labels for the {pixels.Sizes[0]} images of {images.Path}. The two files do not belong together.");
        SampleShape shape = pixels.Sizes switch
        {
            [_, int width] => new SampleShape(width),
            [_, int height, int width] => new SampleShape(1, height, width),
            _ => new SampleShape(pixels.Sizes[1], pixels.Sizes[2], pixels.Sizes[3]),
        };
        return (pixels.Elements, [.. classes.Elements.Select(label => (int)label)], shape);
    }
}
