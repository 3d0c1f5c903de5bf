using System.ComponentModel;
using Rubato.Configuration;

namespace Rubato.Tests.Configuration;

public class OptionBinderTests
{
    [Fact]
    public void Every_type_is_read()
    {
        Everything read = Bind("x:text=hello,flag=true,whole-number=-3,single=0.25,b=1e-3,choice=speed-sorted,maybe=7");
        Assert.Equal(
            new Everything { Text = "hello", Flag = true, WholeNumber = -3, Single = 0.25f, Renamed = 1e-3, Choice = Membership.SpeedSorted, Maybe = 7 }, read);
    }

    [Fact]
    public void What_is_not_named_keeps_its_default() => Assert.Equal(new Everything(), Bind("x"));

    [Fact]
    public void A_value_type_is_bound_too() => Assert.Equal(3, OptionBinder.Bind<Plain>(Specification.Parse("x:count=3")).Count);

    [Theory]
    [InlineData("x:whole-number=4.5", "whole number", "whole-number=4")]
    [InlineData("x:whole-number=99999999999", "whole number", "whole-number=4")]
    [InlineData("x:flag=yes", "true|false", "flag=true")]
    [InlineData("x:single=fast", "number", "single=0.5")]
    [InlineData("x:single=NaN", "number", "single=0.5")]
    [InlineData("x:b=1e999", "number", "b=0.5")]
    [InlineData("x:b=1,5", "has no value", "5=VALUE")]
    [InlineData("x:choice=SpeedSorted", "speed-sorted", "Did you mean 'speed-sorted'?")]
    public void A_value_of_the_wrong_type_is_refused_with_type_and_example(string text, string type, string fix)
    {
        string message = Assert.Throws<InvalidRequestException>(() => Bind(text)).Message;
        Assert.Contains(type, message, StringComparison.Ordinal);
        Assert.Contains(fix, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x:wole-number=4", "Did you mean 'whole-number'?")]
    [InlineData("x:renamed=4", "Known: text, flag, whole-number, single, b, choice, maybe, period.")]
    public void An_unknown_key_gets_the_nearest_and_all_names(string text, string hint) =>
        Assert.Contains(hint, Assert.Throws<InvalidRequestException>(() => Bind(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_thing_without_options_says_so() =>
        Assert.Contains("It takes none.",
            Assert.Throws<InvalidRequestException>(() => OptionBinder.Bind<NoOptions>(Specification.Parse("x:a=1"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_refusal_of_the_property_is_passed_on_with_the_specification()
    {
        string message = Assert.Throws<InvalidRequestException>(() => Bind("x:period=0")).Message;
        Assert.Equal("The period is 0 steps, but the smallest is 1. (in 'x:period=0')", message);
    }

    [Fact]
    public void A_refused_request_within_a_property_is_passed_on_with_the_specification()
    {
        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => OptionBinder.Bind<Timed>(Specification.Parse("x:rest=soon")));
        Assert.Equal("The rest 'soon' is no time; it must be a number from 0 with unit us, ms or s. Write 20ms, for example. (in 'x:rest=soon')", error.Message);
    }

    [Fact]
    public void Options_are_described_in_the_order_of_the_record()
    {
        IReadOnlyList<OptionDescription> options = OptionBinder.Describe<Everything>();
        Assert.Equal(["text", "flag", "whole-number", "single", "b", "choice", "maybe", "period"], options.Select(option => option.Key));
        Assert.Equal(new OptionDescription("choice", "contiguous|round-robin|speed-sorted", "contiguous", "Who is in which group."), options[5]);
        Assert.Equal(new OptionDescription("maybe", "whole number", "", ""), options[6]);
        Assert.Equal("0.1", options[4].Default);
    }

    [Fact]
    public void Every_described_default_reads_back_as_itself()
    {
        var defaults = OptionBinder.Describe<Everything>().Where(option => option.Default.Length > 0).Select(option => KeyValuePair.Create(option.Key, option.Default));
        Assert.Equal(new Everything(), OptionBinder.Bind<Everything>(new Specification("x", defaults)));
    }

    [Fact]
    public void Options_of_a_group_are_keys_like_the_others_and_their_own_record_checks_them()
    {
        var both = OptionBinder.Bind<Holder>(Specification.Parse("x:period=3,own=4"));
        Assert.Equal((4, 3), (both.Own, both.Group!.Period));
        Assert.Equal(OptionBinder.Bind<Everything>(Specification.Parse("x:period=3")), both.Group);
        Assert.Null(OptionBinder.Bind<Holder>(Specification.Parse("x:own=4")).Group);
        // Said, though it is the default.
        Assert.Equal(new Everything(), OptionBinder.Bind<Holder>(Specification.Parse("x:period=12")).Group);
        Assert.Equal("The period is 0 steps, but the smallest is 1. (in 'x:period=0')",
            Assert.Throws<InvalidRequestException>(() => OptionBinder.Bind<Holder>(Specification.Parse("x:period=0"))).Message);
        Assert.Contains("Did you mean 'period'?", Assert.Throws<InvalidRequestException>(() => OptionBinder.Bind<Holder>(Specification.Parse("x:perod=1"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_a_group_are_described_with_its_condition_and_have_no_default_outside_it()
    {
        IReadOnlyList<OptionDescription> options = OptionBinder.Describe<Holder>();
        Assert.Equal(["own", "text", "flag", "whole-number", "single", "b", "choice", "maybe", "period"], options.Select(option => option.Key));
        Assert.Equal(new OptionDescription("choice", "contiguous|round-robin|speed-sorted", "", "with own=4: Who is in which group.; contiguous unless given"), options[6]);
        Assert.Equal(new OptionDescription("maybe", "whole number", "", "with own=4: "), options[7]);
    }

    private static Everything Bind(string text) => OptionBinder.Bind<Everything>(Specification.Parse(text));

    private enum Membership
    {
        Contiguous,
        RoundRobin,
        SpeedSorted,
    }

    private struct Plain
    {
        public int Count { get; init; }
    }

    private sealed record Holder
    {
        public int Own { get; init; }

        [OptionGroup("with own=4")]
        public Everything? Group { get; init; }
    }

    private sealed record Timed
    {
        public string Rest
        {
            get;
            init
            {
                Quantity.ParseTime("rest", value);
                field = value;
            }
        } = "0";
    }

    private sealed record Everything
    {
        public string Text { get; init; } = "none";

        public bool Flag { get; init; }

        public int WholeNumber { get; init; } = 5;

        public float Single { get; init; } = 0.5f;

        [OptionName("b")]
        public double Renamed { get; init; } = 0.1;

        [Description("Who is in which group.")]
        public Membership Choice { get; init; }

        public int? Maybe { get; init; }

        public int Period
        {
            get;
            init => field = value >= 1 ? value
                : throw new ArgumentOutOfRangeException(nameof(Period), value, $"The period is {value} steps, but the smallest is 1.");
        } = 12;

        public static int NotAnOption => 0;
    }
}
