using Rubato.Numerics;

namespace Rubato.Tests.Numerics;

public sealed class GemmTests
{
    private const int Fence = 40;

    // Every path is called by name, so that the narrow ones are tested on wide machines too.
    private static readonly Dictionary<string, (bool IsSupported, Product Multiply)> Paths = new()
    {
        ["chosen"] = (true, Gemm.Multiply),
        ["vector512"] = (GemmVector512.IsSupported, Gemm.Multiply<GemmVector512>),
        ["vector256"] = (GemmVector256.IsSupported, Gemm.Multiply<GemmVector256>),
        ["vector128"] = (GemmVector128.IsSupported, Gemm.Multiply<GemmVector128>),
        ["scalar"] = (true, Gemm.Multiply<GemmScalar>),
    };

    public static TheoryData<string> PathNames => new(Paths.Keys);

    public static TheoryData<string, Transpose, Transpose, float> Products
    {
        get
        {
            var data = new TheoryData<string, Transpose, Transpose, float>();
            foreach (string path in Paths.Keys)
            {
                foreach (float beta in new[] { 0f, 1f, 0.5f })
                {
                    data.Add(path, Transpose.No, Transpose.No, beta);
                    data.Add(path, Transpose.No, Transpose.Yes, beta);
                    data.Add(path, Transpose.Yes, Transpose.No, beta);
                    data.Add(path, Transpose.Yes, Transpose.Yes, beta);
                }
            }
            return data;
        }
    }

    private delegate void Product(
        Transpose transposeA, Transpose transposeB, int m, int n, int k,
        ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb, float beta, Span<float> c, int ldc);

    private static Product PathOf(string name)
    {
        Skip.IfNot(Paths[name].IsSupported, $"This processor has no {name}.");
        return Paths[name].Multiply;
    }

    [SkippableTheory, MemberData(nameof(Products))]
    public void Every_path_agrees_with_the_oracle_at_awkward_sizes(string path, Transpose transposeA, Transpose transposeB, float beta)
    {
        Product multiply = PathOf(path);
        // 0, 1, primes, and the neighbours of every kernel's tile: 4, 6, 8, 12 rows and 4, 8, 16, 32 columns.
        int[] heights = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 23, 24, 25, 53];
        int[] widths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 65, 131];
        int[] depths = [0, 1, 2, 7, 17, 64];
        int turn = 0;
        foreach (int m in heights)
        {
            foreach (int n in widths)
            {
                int k = depths[turn % depths.Length];
                // Spare elements behind each row, in turn.
                Check(multiply, transposeA, transposeB, m, n, k, beta, spare: turn % 3);
                turn++;
            }
        }
        foreach (int k in depths)
        {
            Check(multiply, transposeA, transposeB, 13, 17, k, beta, spare: 1);
            Check(multiply, transposeA, transposeB, 1, 1, k, beta, spare: 2);
            Check(multiply, transposeA, transposeB, 25, 33, k, beta, spare: 0);
        }
    }

    [SkippableTheory]
    [InlineData("vector512")]
    [InlineData("vector256")]
    [InlineData("vector128")]
    public void Products_larger_than_a_block_agree_with_the_oracle(string path)
    {
        Product multiply = PathOf(path);
        foreach (Transpose transposeA in new[] { Transpose.No, Transpose.Yes })
        {
            foreach (Transpose transposeB in new[] { Transpose.No, Transpose.Yes })
            {
                Check(multiply, transposeA, transposeB, m: 31, n: 37, k: 641, beta: 0.5f, spare: 3);    // three blocks of depth
                Check(multiply, transposeA, transposeB, m: 487, n: 129, k: 35, beta: 0, spare: 1);      // two blocks of rows, packed A
                Check(multiply, transposeA, transposeB, m: 61, n: 1031, k: 321, beta: 1, spare: 2);     // two blocks of columns and of depth
            }
        }
    }

    [SkippableTheory, MemberData(nameof(PathNames))]
    public void Every_path_gives_the_same_bits_as_the_scalar_one(string path)
    {
        Product multiply = PathOf(path);
        var random = RandomStream.Create(3, "same bits");
        foreach ((int m, int n, int k, float beta) in new[] { (16, 10, 64, 0f), (53, 131, 331, 0.5f), (7, 300, 5, 1f), (100, 150, 200, 0.3f) })
        {
            float[] a = GemmOracle.Draw(random, m * k), b = GemmOracle.Draw(random, k * n), c = GemmOracle.Draw(random, m * n);
            float[] expected = [.. c], actual = [.. c];
            Gemm.Multiply<GemmScalar>(Transpose.No, Transpose.Yes, m, n, k, a, k, b, k, beta, expected, n);
            multiply(Transpose.No, Transpose.Yes, m, n, k, a, k, b, k, beta, actual, n);
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
        }
    }

    [SkippableTheory, MemberData(nameof(PathNames))]
    public void A_row_has_the_same_bits_alone_as_among_others(string path)
    {
        Product multiply = PathOf(path);
        const int m = 97, n = 83, k = 131;
        var random = RandomStream.Create(4, "rows alone");
        float[] a = GemmOracle.Draw(random, m * k), b = GemmOracle.Draw(random, k * n), all = new float[m * n], row = new float[n];
        multiply(Transpose.No, Transpose.No, m, n, k, a, k, b, n, 0, all, n);
        for (int i = 0; i < m; i++)
        {
            multiply(Transpose.No, Transpose.No, 1, n, k, a.AsSpan(i * k), k, b, n, 0, row, n);
            Assert.Equal(all.AsSpan(i * n, n).ToArray(), row);
        }
    }

    [SkippableTheory, MemberData(nameof(PathNames))]
    public void Beta_zero_overwrites_NaN_and_other_betas_keep_it(string path)
    {
        Product multiply = PathOf(path);
        foreach (int k in new[] { 0, 3, 400 })
        {
            foreach ((int m, int n) in new[] { (1, 1), (13, 33), (14, 40) })
            {
                float[] a = new float[m * k], b = new float[k * n], c = new float[m * n];
                Array.Fill(c, float.NaN);
                multiply(Transpose.No, Transpose.No, m, n, k, a, k, b, n, 0.5f, c, n);
                Assert.All(c, value => Assert.True(float.IsNaN(value)));
                multiply(Transpose.No, Transpose.No, m, n, k, a, k, b, n, 0, c, n);
                Assert.All(c, value => Assert.Equal(0, value));
            }
        }
    }

    [SkippableTheory, MemberData(nameof(PathNames))]
    public void NaN_in_one_row_and_column_stays_there(string path)
    {
        Product multiply = PathOf(path);
        const int m = 29, n = 45, k = 19;
        float[] a = GemmOracle.Draw(RandomStream.Create(5, "a"), m * k), b = GemmOracle.Draw(RandomStream.Create(5, "b"), k * n), c = new float[m * n];
        a[28 * k + 3] = float.NaN;
        b[7 * n + 44] = float.PositiveInfinity;
        multiply(Transpose.No, Transpose.No, m, n, k, a, k, b, n, 0, c, n);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) Assert.Equal(i != 28 && j != 44, float.IsFinite(c[i * n + j]));
    }

    [Fact]
    public void A_warm_product_allocates_nothing()
    {
        float[] a = new float[200 * 700], b = new float[700 * 300], c = new float[200 * 300];
        Gemm.Multiply(Transpose.Yes, Transpose.Yes, 200, 300, 700, a, 200, b, 700, 0, c, 300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Gemm.Multiply(Transpose.Yes, Transpose.Yes, 200, 300, 700, a, 200, b, 700, 0, c, 300);
        Gemm.Multiply(Transpose.No, Transpose.No, 16, 10, 64, a, 64, b, 10, 1, c, 10);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Short_spans_and_leading_dimensions_are_refused_by_name_and_size()
    {
        float[] six = new float[6], five = new float[5];
        var shortB = Assert.Throws<ArgumentException>(() => Gemm.Multiply(Transpose.No, Transpose.No, 2, 2, 3, six, 3, five, 2, 0, six, 2));
        Assert.Contains("B of 3 × 2", shortB.Message, StringComparison.Ordinal);
        Assert.Contains("takes 6 elements, but the span has 5", shortB.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Gemm.Multiply(Transpose.No, Transpose.No, 3, 2, 2, five, 2, six, 2, 0, six, 2));
        Assert.Throws<ArgumentException>(() => Gemm.Multiply(Transpose.No, Transpose.No, 3, 2, 2, six, 2, six, 2, 0, five, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Multiply(Transpose.Yes, Transpose.No, 3, 2, 2, six, 2, six, 2, 0, six, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Multiply(Transpose.No, Transpose.No, -1, 2, 2, six, 2, six, 2, 0, six, 2));
    }

    private static void Check(Product multiply, Transpose transposeA, Transpose transposeB, int m, int n, int k, float beta, int spare)
    {
        var random = RandomStream.Create(1, "gemm", m * 1_000_003L + n * 1009 + k);
        (int rowsA, int lda) = transposeA == Transpose.No ? (m, k + spare) : (k, m + spare);
        (int rowsB, int ldb) = transposeB == Transpose.No ? (k, n + spare) : (n, k + spare);
        int ldc = n + spare;
        Span<float> a = Fenced(random, rowsA * lda, out _), b = Fenced(random, rowsB * ldb, out _), c = Fenced(random, m * ldc, out float[] memory);
        float[] expected = c.ToArray();
        GemmOracle.Multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, expected, ldc);

        multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, beta, c, ldc);

        string what = $"{m} × {n} × {k}, beta {beta}, {spare} spare";
        GemmOracle.AssertClose(expected, c, GemmOracle.Tolerance(k), what);
        for (int i = 0; i < Fence; i++)
            Assert.True(float.IsNaN(memory[i]) && float.IsNaN(memory[^(i + 1)]), $"{what}: a write before or behind C.");
    }

    // NaN before and behind: what a kernel reads there and uses spoils the product, what it writes there is seen.
    private static Span<float> Fenced(RandomStream random, int length, out float[] memory)
    {
        memory = new float[length + 2 * Fence];
        Array.Fill(memory, float.NaN);
        GemmOracle.Draw(random, length).CopyTo(memory, Fence);
        return memory.AsSpan(Fence, length);
    }
}
