using Rubato.Numerics;

namespace Rubato.Tests.Numerics;

public sealed class RankOrderedMeanTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 33)]
    [InlineData(3, 0)]
    [InlineData(7, 131)]
    public void The_bits_are_those_of_the_plain_expression_wherever_the_vector_is_cut(int ranks, int length)
    {
        float[][] vectors = [.. Enumerable.Range(0, ranks).Select(rank => GemmOracle.Draw(RandomStream.Create(1, "rank", rank), length))];
        var expected = new float[length];
        for (int i = 0; i < length; i++)
        {
            float sum = vectors[0][i];
            for (int rank = 1; rank < ranks; rank++) sum += vectors[rank][i];
            expected[i] = ranks > 1 ? sum * (1f / ranks) : sum;
        }

        for (int cut = 0; cut <= length; cut += Math.Max(1, length / 5))
        {
            // NaN, to show that the first vector replaces what was there.
            var actual = new float[length];
            Array.Fill(actual, float.NaN);
            foreach (Range part in new[] { ..cut, cut.. })
            {
                for (int rank = 0; rank < ranks; rank++) RankOrderedMean.Accumulate(actual.AsSpan(part), vectors[rank].AsSpan(part), rank);
                RankOrderedMean.Finish(actual.AsSpan(part), ranks);
            }
            Assert.Equal(expected, actual);
        }
    }
}
