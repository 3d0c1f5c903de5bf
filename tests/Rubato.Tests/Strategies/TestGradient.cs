namespace Rubato.Tests.Strategies;

/// <summary>Writes a worker's gradient of one batch at <paramref name="x"/>.</summary>
internal delegate void TestGradient(int worker, ulong seed, long batch, ReadOnlySpan<float> x, Span<float> gradient);
