namespace Rubato.Numerics;

/// <summary>All that a <see cref="RandomStream"/> needs to go on: its key and how many 32-bit words it has drawn.</summary>
public readonly record struct RandomStreamState(ulong Key, ulong Position);
