namespace OwnModel;

/// <summary>Three arms of a spiral in the plane: easy to draw, and no straight line tells them apart.</summary>
internal static class Spirals
{
    /// <summary>Points (x, y) in rows, and the arm that each belongs to.</summary>
    public static (float[] Points, int[] Labels) Make(int pointsPerArm)
    {
        const int arms = 3;
        var points = new float[arms * pointsPerArm * 2];
        var labels = new int[arms * pointsPerArm];
        for (int i = 0; i < labels.Length; i++)
        {
            int arm = i % arms;
            double along = (double)(i / arms) / pointsPerArm, angle = 2 * Math.PI * (along * 1.25 + (double)arm / arms);
            // The golden ratio spreads the points across the arm evenly, without chance.
            double radius = 0.1 + along + 0.06 * ((i * 0.618034 % 1) - 0.5);
            (points[2 * i], points[2 * i + 1]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
            labels[i] = arm;
        }
        return (points, labels);
    }
}
