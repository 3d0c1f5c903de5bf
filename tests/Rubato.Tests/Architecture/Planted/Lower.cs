// Planted counter-examples: code that breaks the rules in ways a search of the source would miss. The checker must find every one.
using Hidden = Rubato.Tests.Architecture.Planted.Upper.Secret;

namespace Rubato.Tests.Architecture.Planted.Lower
{
    internal static class InABody
    {
        public static int Call() => Planted.Upper.Secret.Make().Number;
    }

    internal static class InALocal
    {
        public static int Use()
        {
            var secret = Hidden.Make();
            return secret.Number;
        }
    }

    internal static class InATypeArgument
    {
        public static int Count(List<object> list) => list.OfType<Hidden>().Count();
    }

    internal static class InALambda
    {
        public static Func<int> Later() => () => new Hidden().Number;
    }

    internal static class InAnAsyncMethod
    {
        public static async Task<int> LaterAsync()
        {
            await Task.Yield();
            return new Hidden().Number;
        }
    }

    internal sealed class InABase : Hidden;

    internal sealed class InAField
    {
        public Hidden? Field { get; set; }
    }

    internal static class InAConstraint
    {
        public static void Take<T>(T _) where T : Hidden
        {
        }
    }

    internal static class InACatch
    {
        public static bool Fails(Action action)
        {
            try
            {
                action();
                return false;
            }
            catch (Planted.Upper.SecretException)
            {
                return true;
            }
        }
    }

    internal static class InAnAttribute
    {
        [Planted.Upper.SecretMark]
        public static void Marked()
        {
        }
    }

    internal static class OpensDoors
    {
        public static void Write() => Console.WriteLine(File.Exists("x"));

        public static Task Start() => Task.Run(() => { });
    }

    internal static class Innocent
    {
        // Names alone are no use: nameof and constants are gone after compilation.
        public static string Name => nameof(Hidden) + Path.Combine("a", "b");
    }
}

namespace Rubato.Tests.Architecture.Planted.Upper
{
    internal class Secret
    {
        public int Number { get; init; } = 7;

        public static Secret Make() => new();
    }

    internal sealed class SecretException : Exception;

    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class SecretMarkAttribute : Attribute;
}
