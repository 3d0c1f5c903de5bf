using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class SilenceInquestTests
{
    private static readonly int[] Live = [0, 1, 2, 3, 4];

    [Fact]
    public void A_waiting_rank_that_another_waited_for_is_no_culprit()
    {
        SilenceInquest inquest = Reports((3, 2), (2, 1));

        Assert.Equal([1], inquest.Culprits([0, 1, 4]));
        Answer(inquest, 0, 4);
        Assert.Equal([1], inquest.Culprits([0, 1, 4]));
        Assert.Equal((2, 1), (inquest.WitnessAgainst([1])!.Reporter, inquest.WitnessAgainst([1])!.WaitedFor));
    }

    [Fact]
    public void The_deaf_rank_behind_one_that_is_alive_is_to_blame()
    {
        SilenceInquest inquest = Reports((3, 4));
        Answer(inquest, 0, 2, 4);

        Assert.Equal([1], inquest.Culprits([0, 1, 2, 4]));
        Assert.Null(inquest.WitnessAgainst([1]));
    }

    [Fact]
    public void When_all_are_alive_the_one_that_was_waited_for_is_to_blame()
    {
        SilenceInquest inquest = Reports((3, 2), (0, 1), (2, 1));
        Answer(inquest, 1, 4);

        Assert.Equal([1], inquest.Culprits([1, 4]));
    }

    [Fact]
    public void A_circle_of_waiting_ranks_has_no_culprit()
    {
        SilenceInquest inquest = Reports((3, 2), (2, 3));
        Answer(inquest, 0, 1, 4);

        Assert.Empty(inquest.Culprits([0, 1, 4]));
    }

    private static SilenceInquest Reports(params (int Reporter, int WaitedFor)[] reports)
    {
        var inquest = new SilenceInquest();
        foreach ((int reporter, int waitedFor) in reports)
        {
            Assert.Contains(reporter, Live);
            inquest.Take(new SilenceReport(reporter, waitedFor, TimeSpan.FromSeconds(8), "it waited"));
        }
        return inquest;
    }

    private static void Answer(SilenceInquest inquest, params int[] ranks)
    {
        foreach (int rank in ranks) inquest.TakeAnswer(rank);
    }
}
