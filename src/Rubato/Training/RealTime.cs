using System.Diagnostics.CodeAnalysis;

namespace Rubato.Training;

/// <summary>The one place where the real clock is opened; everybody else is passed a <see cref="TimeProvider"/>.</summary>
public static class RealTime
{
    /// <summary>The machine's clock.</summary>
    public static TimeProvider Clock
    {
        [SuppressMessage("ApiDesign", "RS0030", Justification = "This is the door through which the real clock comes in.")]
        get => TimeProvider.System;
    }
}
