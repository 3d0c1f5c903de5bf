namespace Rubato.Strategies;

/// <summary>Where whoever applies or drops a gradient writes it down: the source of staleness figures and of the sample budget.</summary>
public interface IUpdateLedger
{
    /// <summary>A worker's gradient over so many samples entered the model, computed on parameters <paramref name="staleness"/> updates old.</summary>
    void Applied(int worker, int samples, int staleness);

    /// <summary>A worker's gradient over so many samples was thrown away.</summary>
    void Dropped(int worker, int samples);

    /// <summary>A worker has come to where a server may let it wait for others.</summary>
    void Ready(int worker)
    {
    }

    /// <summary>These workers, each of them <see cref="Ready"/>, go on at the coming of the last of them, who made the others wait.</summary>
    void Released(IReadOnlyList<int> workers)
    {
    }
}
