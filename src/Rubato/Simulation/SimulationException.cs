namespace Rubato.Simulation;

/// <summary>The simulation itself cannot go on: code has left the event loop, or nothing can happen any more.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SimulationException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
