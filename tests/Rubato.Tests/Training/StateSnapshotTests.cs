using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Training;

namespace Rubato.Tests.Training;

public class StateSnapshotTests
{
    private sealed class Box(string vectorName, float[] vector, long counter, IStateful? part = null) : IStateful
    {
        public float[] Vector => vector;

        public long Counter => counter;

        public void VisitState(IStateVisitor visitor)
        {
            visitor.Vector(vectorName, vector);
            visitor.Counter("count", ref counter);
            if (part is not null) visitor.Part("inner", part);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    public void Restoring_a_snapshot_gives_the_state_back_to_the_bit(int length)
    {
        var random = RandomStream.Create(3, "snapshot", length);
        float[] values = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
        if (length > 1) (values[0], values[1]) = (float.NaN, -0f);
        StateSnapshot snapshot = StateSnapshot.Of(new Box("v", values, -7, random));

        var target = new Box("v", new float[length], 0, RandomStream.Create(99, "other"));
        snapshot.RestoreTo(target);

        Assert.Null(snapshot.FirstDifference(StateSnapshot.Of(target)));
        Assert.Equal(snapshot.Sha256, StateSnapshot.Of(target).Sha256);
        Assert.Equal(-7, target.Counter);
    }

    [Fact]
    public void A_snapshot_is_a_copy()
    {
        float[] values = [1, 2];
        StateSnapshot snapshot = StateSnapshot.Of(new Box("v", values, 0));
        values[0] = 5;
        var target = new Box("v", [0, 0], 0);
        snapshot.RestoreTo(target);
        Assert.Equal([1, 2], target.Vector);
    }

    [Fact]
    public void Reading_the_written_bytes_gives_the_same_snapshot()
    {
        StateSnapshot snapshot = StateSnapshot.Of(new Box("größe", [1.5f, float.NegativeInfinity, -0f], long.MinValue, new Box("v", [], 3)));
        StateSnapshot read = StateSnapshot.Read(Bytes(snapshot));
        Assert.Null(snapshot.FirstDifference(read));
        Assert.Equal(snapshot.Sha256, read.Sha256);
    }

    [Fact]
    public void No_truncation_and_no_flipped_byte_makes_reading_fail_otherwise_than_by_a_clear_error()
    {
        byte[] bytes = Bytes(StateSnapshot.Of(new Box("v", [1, 2, 3], 4, new Box("w", [5], 6))));
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => StateSnapshot.Read(bytes.AsSpan(0, length)));
        Prop.ForAll(Gen.Choose(0, bytes.Length - 1).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (place, flip) =>
        {
            byte[] damaged = [.. bytes];
            damaged[place] ^= (byte)flip;
            try
            {
                StateSnapshot.Read(damaged);   // a changed value is not this format's business
            }
            catch (Exception error)
            {
                Assert.True(error is InvalidDataException or ArgumentException, error.ToString());
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Fields_that_are_missing_left_over_or_misshapen_are_named()
    {
        StateSnapshot snapshot = StateSnapshot.Of(new Box("v", [1, 2], 3, new Box("w", [], 0)));
        Assert.Contains("'u'", Refusal(snapshot, new Box("u", [1, 2], 3, new Box("w", [], 0))));
        Assert.Contains("'inner/w'", Refusal(snapshot, new Box("v", [1, 2], 3)));
        string misshapen = Refusal(snapshot, new Box("v", [1, 2], 3, new Box("w", [1, 2, 3], 0)));
        Assert.Contains("'inner/w' with 0 elements", misshapen);
        Assert.Contains("has 3", misshapen);
    }

    [Fact]
    public void The_first_difference_names_field_element_and_both_values()
    {
        StateSnapshot one = StateSnapshot.Of(new Box("v", [1, 0f], 3));
        Assert.Null(one.FirstDifference(StateSnapshot.Of(new Box("v", [1, 0f], 3))));
        Assert.Equal("v[1]: 0 and -0", one.FirstDifference(StateSnapshot.Of(new Box("v", [1, -0f], 3))));
        Assert.Equal("count: 3 and 4", one.FirstDifference(StateSnapshot.Of(new Box("v", [1, 0f], 4))));
        Assert.Equal("inner/w: only in the second", one.FirstDifference(StateSnapshot.Of(new Box("v", [1, 0f], 3, new Box("w", [], 0)))));
    }

    private static string Refusal(StateSnapshot snapshot, IStateful target) =>
        Assert.Throws<InvalidRequestException>(() => snapshot.RestoreTo(target)).Message;

    private static byte[] Bytes(StateSnapshot snapshot)
    {
        var writer = new ArrayBufferWriter<byte>();
        snapshot.Write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
