using Rubato.Numerics;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>Gathers the model and the ranks' states at the conductor.</summary>
internal sealed class RankCollector(JobPlan plan, RankRoster roster)
{
    private readonly Dictionary<int, ControlMessage.ModelPart> _parts = [];
    private readonly Dictionary<int, StateSnapshot> _states = [];
    private int _modelRequest, _stateRequest;
    private Action? _onlyStateCame;

    /// <summary>Takes a part of the model; one of an earlier request is out of date.</summary>
    public void Take(int rank, ControlMessage.ModelPart part)
    {
        if (part.Request == _modelRequest) _parts[rank] = part;
    }

    /// <summary>Takes a rank's state; one of an earlier request is out of date.</summary>
    public void Take(int rank, ControlMessage.State state)
    {
        if (state.Request != _stateRequest) return;
        _states[rank] = state.Snapshot;
        if (rank >= plan.Workers) _onlyStateCame?.Invoke();
    }

    /// <summary>
    /// A copy of the model as it is now, shape [d]: from the servers, from the first worker that is not lost, or the mean of all of those; a table that servers
    /// keep is theirs.
    /// </summary>
    public async Task<float[]> CollectModelAsync()
    {
        int[] asked, workers;
        ModelHome home = plan.Strategy.ModelHome;
        bool needsServers = home == ModelHome.Servers || plan.Strategy.KeepsTableOnServers;
        do
        {
            // With its home lost there is no model to collect, and the run is about to fail.
            await roster.Until(() => !(needsServers && roster.Servers.Any(roster.Lost.ContainsKey)) && (home == ModelHome.Servers || roster.LiveWorkers > 0));
            workers = home switch
            {
                ModelHome.Servers => [],
                ModelHome.Replicas => [.. roster.Workers],
                _ => [roster.Workers.First()],
            };
            asked = needsServers ? [.. workers, .. roster.Servers] : workers;
            _parts.Clear();
            roster.Tell(asked, new ControlMessage.SendModel(++_modelRequest));
            await roster.UntilOrDeaf(() => HaveAnswered(asked, _parts), () => asked.Where(rank => !_parts.ContainsKey(rank)));
        }
        while (!asked.All(_parts.ContainsKey));
        if (workers.Length == 0) return Join();
        // The mean of one is that one, to the bit.
        float[] model = Mean(workers);
        foreach (int server in asked[workers.Length..]) _parts[server].Values.CopyTo(model, _parts[server].Offset);
        return model;
    }

    /// <summary>The states of all ranks that have one to go on from, under their names in a checkpoint.</summary>
    public async Task<Dictionary<string, StateSnapshot>> CollectStatesAsync()
    {
        int[] asked = [.. plan.WorkersHaveState ? roster.Workers.Concat(roster.Servers) : roster.Servers];
        _states.Clear();
        roster.Tell(asked, new ControlMessage.SendState(++_stateRequest));
        await roster.UntilOrDeaf(() => HaveAnswered(asked, _states), () => asked.Where(rank => !_states.ContainsKey(rank)));
        // Who did not answer is lost; where the run cannot go on without it, no checkpoint may hold the others' states alone.
        await roster.SettleAsync();
        return NamedStates(asked);
    }

    /// <summary>The model and the ranks' states, each server's of one moment, with the books that belong to them.</summary>
    /// <remarks>
    /// A server sends its ledger before its copy. So the books of a single server are taken when its copy comes, and count exactly what that
    /// holds; those of several are taken before anybody is asked, and count nothing that the server that keeps the ledger does not hold.
    /// </remarks>
    /// <param name="books">Reads the books as they are now.</param>
    public async Task<(float[] Model, Dictionary<string, StateSnapshot> States, T Books)> CollectCopyAsync<T>(Func<T> books)
    {
        T taken = books();
        if (plan.Strategy.ModelHome != ModelHome.Servers) return (await CollectModelAsync(), await CollectStatesAsync(), taken);
        int[] asked = [.. roster.Servers], workers = plan.WorkersHaveState ? [.. roster.Workers] : [];
        _parts.Clear();
        _states.Clear();
        _modelRequest = _stateRequest = Math.Max(_modelRequest, _stateRequest) + 1;
        _onlyStateCame = asked.Length == 1 ? () => taken = books() : null;
        roster.Tell(asked, new ControlMessage.SendCopy(_stateRequest));
        roster.Tell(workers, new ControlMessage.SendState(_stateRequest));
        await roster.UntilOrDeaf(
            () => asked.All(_states.ContainsKey) && HaveAnswered(workers, _states), () => workers.Concat(asked).Where(rank => !_states.ContainsKey(rank)));
        _onlyStateCame = null;
        return (Join(), NamedStates([.. workers, .. asked]), taken);
    }

    // The cheap question first: it is asked after every message.
    private bool HaveAnswered<T>(int[] asked, Dictionary<int, T> answers) =>
        answers.Count + roster.Lost.Count >= asked.Length && asked.All(rank => answers.ContainsKey(rank) || roster.Lost.ContainsKey(rank));

    private float[] Mean(int[] workers)
    {
        var mean = new float[plan.Model.Layout.Length];
        for (int position = 0; position < workers.Length; position++) RankOrderedMean.Accumulate(mean, _parts[workers[position]].Values, position);
        RankOrderedMean.Finish(mean, workers.Length);
        return mean;
    }

    private float[] Join()
    {
        var model = new float[plan.Model.Layout.Length];
        int end = 0;
        foreach (ControlMessage.ModelPart part in _parts.Values.Where(part => part.Values.Length > 0).OrderBy(part => part.Offset))
        {
            if (part.Offset != end || part.Values.Length > model.Length - end) throw Gap(end, model.Length);
            part.Values.CopyTo(model, end);
            end += part.Values.Length;
        }
        return end == model.Length ? model : throw Gap(end, model.Length);
    }

    private Dictionary<string, StateSnapshot> NamedStates(int[] ranks) => ranks.Where(_states.ContainsKey).ToDictionary(
        rank => RunFailures.StateNameOf(rank, plan.Workers), rank => _states[rank], StringComparer.Ordinal);

    private InvalidOperationException Gap(int end, int length) => new(
        $"The parts of the model that '{plan.Job.Strategy.Name}' offers do not lie end to end: there is a gap or an overlap at element {end} of {length}. "
        + "Every element must be offered by exactly one server.");
}
