using Rubato.Communication;

namespace Rubato.Compression;

/// <summary>Makes one worker's exchange for a group of workers; every member makes its own, from the same options.</summary>
public delegate IExchange ExchangeFactory(ICommunicator group);
