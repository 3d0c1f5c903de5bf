using Rubato.Strategies.MinibatchSgd;

namespace Rubato.Strategies.AcceleratedMinibatchSgd;

/// <summary>The options of <c>accelerated-minibatch-sgd</c>.</summary>
internal sealed record AcceleratedMinibatchSgdOptions : MinibatchOptions;
