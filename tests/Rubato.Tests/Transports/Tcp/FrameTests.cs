using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Communication;
using Rubato.Transports.Tcp;

namespace Rubato.Tests.Transports.Tcp;

public sealed class FrameTests
{
    [Fact]
    public void A_header_reads_back_as_it_was_written() =>
        Prop.ForAll<int, int, int>((context, value, length) =>
        {
            var header = new FrameHeader(FrameKind.Message, new MessageTag(context, value), 3, Math.Abs(length % 1000), 77, (uint)value);
            return FrameHeader.Read(Bytes(header), 3, 77, 1000) == header;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_flipped_bit_of_a_header_is_noticed()
    {
        byte[] bytes = Bytes(new FrameHeader(FrameKind.Message, new MessageTag(-5, 6), 3, 100, 9, 0x12345678));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<WireViolationException>(() => FrameHeader.Read(bytes, 3, 9, 1000));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(1009)]
    [InlineData(4999)]
    public void The_checksum_equals_its_definition_word_by_word(int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37 + 11))];
        ulong[] lanes = [.. Enumerable.Range(1, 32).Select(k => (ulong)k)];
        int whole = length / 256 * 256;
        for (int i = 0; i < whole; i += 8)
            lanes[i / 8 % 32] = unchecked(BitOperations.RotateLeft(lanes[i / 8 % 32] ^ BitConverter.ToUInt64(data, i), 31) * 0x9E3779B185EBCA87);
        uint sum = uint.MaxValue;
        if (whole > 0)
        {
            foreach (byte b in lanes.SelectMany(BitConverter.GetBytes)) sum = BitwiseCrc32C(sum, b);
        }
        foreach (byte b in data[whole..]) sum = BitwiseCrc32C(sum, b);
        Assert.Equal(~sum, FrameChecksum.Of(data));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1100)]
    public void Every_flipped_bit_and_every_swap_of_words_changes_the_checksum(int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 73))];
        uint right = FrameChecksum.Of(data);
        for (int bit = 0; bit < data.Length * 8; bit++)
        {
            data[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.NotEqual(right, FrameChecksum.Of(data));
            data[bit / 8] ^= (byte)(1 << bit % 8);
        }
        for (int word = 0; word < 8; word++)
        {
            byte[] swapped = [.. data];
            data.AsSpan(word * 8, 8).CopyTo(swapped.AsSpan(word * 8 + 8));
            data.AsSpan(word * 8 + 8, 8).CopyTo(swapped.AsSpan(word * 8));
            Assert.NotEqual(right, FrameChecksum.Of(swapped));
        }
    }

    [Fact]
    public void Two_flipped_bits_of_one_lane_do_not_cancel_out()
    {
        byte[] data = new byte[5 * 256];
        uint right = FrameChecksum.Of(data);
        for (int bit = 0; bit < 64; bit++)
        {
            for (int block = 1; block < 5; block++)
            {
                byte[] faulty = [.. data];
                faulty[bit / 8] ^= (byte)(1 << bit % 8);
                faulty[block * 256 + bit / 8] ^= (byte)(1 << bit % 8);
                Assert.NotEqual(right, FrameChecksum.Of(faulty));
            }
        }
    }

    [Fact]
    public void A_deadline_follows_the_history_of_arrivals_but_never_falls_below_the_limit()
    {
        var limit = TimeSpan.FromSeconds(30);
        var busy = new ArrivalHistory(limit);
        Assert.Equal(limit, busy.Deadline);
        for (int i = 0; i < 500; i++) busy.Record(TimeSpan.FromMilliseconds(i % 3));
        Assert.Equal(limit, busy.Deadline);

        var sluggish = new ArrivalHistory(limit);
        for (int i = 0; i < 500; i++) sluggish.Record(TimeSpan.FromSeconds(i % 2 == 0 ? 1 : 19));
        // Mean 10 s, deviation 9 s: 10 + 5.61 × 9.
        Assert.InRange(sluggish.Deadline.TotalSeconds, 55, 66);
    }

    private static byte[] Bytes(FrameHeader header)
    {
        byte[] bytes = new byte[FrameHeader.Size];
        header.Write(bytes);
        return bytes;
    }

    private static uint BitwiseCrc32C(uint crc, byte b)
    {
        crc ^= b;
        for (int i = 0; i < 8; i++) crc = (crc >> 1) ^ (0x82F63B78 & (0 - (crc & 1)));
        return crc;
    }
}
