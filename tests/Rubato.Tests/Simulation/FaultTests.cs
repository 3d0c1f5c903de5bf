using Rubato.Configuration;
using Rubato.Simulation;

namespace Rubato.Tests.Simulation;

public class FaultTests
{
    [Theory]
    [InlineData("crash:3@2s")]
    [InlineData("pause:0@20ms+1500us")]
    [InlineData("partition:0-2@1s+3s")]
    [InlineData("delay:probability=0.05,mean=20ms")]
    public void A_fault_is_written_as_it_is_read(string text)
    {
        Fault fault = Fault.Parse(text);

        Assert.Equal(text, fault.ToString());
        Assert.Equal(fault, Fault.Parse(fault.ToString()));
    }

    [Theory]
    [InlineData("crash:3", "crash:3@2s")]
    [InlineData("crash:1-2@2s", "crash:RANK@TIME")]
    [InlineData("pause:3@2s", "pause:3@2s+500ms")]
    [InlineData("partition:2-0@1s+3s", "partition:0-2@1s+3s")]
    [InlineData("delay:probability=2,mean=20ms", "from 0 to 1")]
    [InlineData("crush:3@2s", "crash")]
    [InlineData("crash:3@2", "no unit")]
    public void What_is_no_fault_is_refused_with_one_that_is(string text, string fix) =>
        Assert.Contains(fix, Assert.Throws<InvalidRequestException>(() => Fault.Parse(text)).Message, StringComparison.Ordinal);
}
