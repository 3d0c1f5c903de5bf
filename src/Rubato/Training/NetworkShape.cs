namespace Rubato.Training;

/// <summary>The latency and bandwidth that every node's link is given.</summary>
/// <param name="Latency">The time from the last bit sent to the last bit received; zero or more.</param>
/// <param name="BitsPerSecond">The rate at which a node sends, and at which it receives; above 0, infinite for unshaped.</param>
public readonly record struct NetworkShape(TimeSpan Latency, double BitsPerSecond);
