using Rubato.Numerics;

namespace Rubato.Tests.Numerics;

public sealed class PhiloxTests
{
    // The known answers that the Random123 library is published with (kat_vectors, philox4x32 with 10 rounds).
    [Theory]
    [InlineData(new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(
        new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, new uint[] { 0xffffffff, 0xffffffff },
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, new uint[] { 0xa4093822, 0x299f31d0 },
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Blocks_are_the_published_known_answers(uint[] counter, uint[] key, uint[] expected)
    {
        Philox.Words words = default;
        counter.CopyTo((Span<uint>)words);

        Philox.Words block = Philox.Block(words, key[0], key[1]);

        Assert.Equal(expected, ((ReadOnlySpan<uint>)block).ToArray());
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xfffffffdUL)]
    [InlineData(0x123456789abcdefUL)]
    public void Filling_gives_block_after_block(ulong firstCounter)
    {
        const ulong key = 0xfedcba9876543210;
        foreach (int blocks in new[] { 0, 1, 3, 4, 5, 8, 11 })
        {
            var words = new uint[4 * blocks];
            Philox.Fill(firstCounter, key, words);
            for (int i = 0; i < blocks; i++)
            {
                Philox.Words block = Philox.Block(firstCounter + (ulong)i, key);
                Assert.Equal(((ReadOnlySpan<uint>)block).ToArray(), words[(4 * i)..(4 * i + 4)]);
            }
        }
    }
}
