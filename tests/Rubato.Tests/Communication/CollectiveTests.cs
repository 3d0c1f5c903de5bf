using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Tests.Communication;

public sealed class CollectiveTests
{
    private static readonly string[] Worlds = ["in-process", "tcp"];
    private static readonly int[] Sizes = [1, 2, 3, 4, 7, 8];
    private static readonly int[] Lengths = [0, 1, 5, 997, 70_001];

    public static TheoryData<string, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, bool>();
            foreach (string world in Worlds)
                foreach (int size in Sizes)
                    foreach (bool deterministic in new[] { true, false }) cases.Add(world, size, deterministic);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task All_reduce_equals_the_plain_loop(string transport, int size, bool deterministic)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, size, deterministic ? TestWorld.Deterministic : TestWorld.Free);
        foreach (int length in Lengths)
        {
            foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
            {
                float[][] vectors = Vectors(size, length);
                float[] expected = Reduce(vectors, operation);

                await world.RunAsync(async ranks => await ranks.AllReduceAsync(vectors[ranks.Rank], operation, CancellationToken.None));

                foreach (float[] vector in vectors)
                {
                    Assert.Equal(vectors[0], vector);
                    if (deterministic) Assert.Equal(expected, vector);
                    else for (int i = 0; i < length; i++) Assert.Equal(expected[i], vector[i], 1e-4f);
                }
            }
        }
    }

    internal static float[][] Vectors(int size, int length) =>
    [
        .. Enumerable.Range(0, size).Select(rank =>
        {
            RandomStream random = RandomStream.Create(7, "vectors", rank);
            float[] vector = new float[length];
            for (int i = 0; i < length; i++) vector[i] = (float)random.NextNormal();
            return vector;
        }),
    ];

    internal static float[] Reduce(float[][] vectors, ReduceOperation operation)
    {
        float[] result = [.. vectors[0]];
        for (int rank = 1; rank < vectors.Length; rank++)
            for (int i = 0; i < result.Length; i++)
                result[i] = operation switch
                {
                    ReduceOperation.Min => Math.Min(result[i], vectors[rank][i]),
                    ReduceOperation.Max => Math.Max(result[i], vectors[rank][i]),
                    _ => result[i] + vectors[rank][i],
                };
        if (operation == ReduceOperation.Mean && vectors.Length > 1)
            for (int i = 0; i < result.Length; i++) result[i] *= 1f / vectors.Length;
        return result;
    }
}
