using System.Reflection;
using Rubato.Strategies;
using Rubato.Studies;

namespace Rubato.Tests.Studies;

public class WrappedStrategyTests
{
    // What is not passed on is the base's default, and the wrapped strategy runs as another one.
    [Fact]
    public void Everything_that_a_definition_says_is_passed_on()
    {
        string[] said = [.. Overridable(typeof(StrategyDefinition)).Where(method => method.DeclaringType == typeof(StrategyDefinition)).Select(method => method.Name)];
        string[] passedOn = [.. Overridable(typeof(WrappedStrategy)).Where(method => method.DeclaringType == typeof(WrappedStrategy)).Select(method => method.Name)];

        Assert.Contains(nameof(StrategyDefinition.CreateWorker), said);
        Assert.All(said, name => Assert.Contains(name, passedOn));
    }

    private static IEnumerable<MethodInfo> Overridable(Type type) => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
        .Where(method => method.IsVirtual && method.GetBaseDefinition().DeclaringType == typeof(StrategyDefinition) && !method.Name.StartsWith('<'));
}
