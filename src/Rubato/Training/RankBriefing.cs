using System.Text;

namespace Rubato.Training;

/// <summary>What the launcher tells a rank's process through its standard input, where no other user of the machine can read it.</summary>
/// <param name="Token">The job's token: whoever does not know it is no part of the job.</param>
/// <param name="Job">The job.</param>
/// <remarks>Lines: a greeting, the token, the job as YAML, and YAML's end-of-document mark. The input stays open as long as the launcher lives.</remarks>
internal sealed record RankBriefing(string Token, TrainingJob Job)
{
    private const string Greeting = "rubato rank 1", End = "...";
    private const int MostCharacters = 1 << 20;

    /// <summary>The lines to send.</summary>
    public string ToText() => $"{Greeting}\n{Token}\n{JobFile.ToYaml(Job)}{End}\n";

    /// <summary>Reads the lines and not one byte more, so that the input can be watched afterwards.</summary>
    /// <exception cref="InvalidDataException">The input is no briefing.</exception>
    public static RankBriefing Read(Stream input)
    {
        string greeting = ReadLine(input);
        if (greeting != Greeting)
            throw new InvalidDataException($"The first line of standard input is '{greeting}', not '{Greeting}'. The command 'rank' is for rubato's own launcher; use 'train'.");
        string token = ReadLine(input);
        var yaml = new StringBuilder();
        while (ReadLine(input) is var line && line != End)
        {
            if (yaml.Length > MostCharacters) throw new InvalidDataException($"The job on standard input is longer than {MostCharacters} characters.");
            yaml.Append(line).Append('\n');
        }
        return new RankBriefing(token, JobFile.Parse(yaml.ToString(), "standard input"));
    }

    private static string ReadLine(Stream input)
    {
        var line = new List<byte>();
        for (int next = input.ReadByte(); next != '\n'; next = input.ReadByte())
        {
            if (next < 0) throw new InvalidDataException("Standard input ended before the job was told.");
            if (line.Count >= MostCharacters) throw new InvalidDataException($"A line of standard input is longer than {MostCharacters} bytes.");
            line.Add((byte)next);
        }
        return Encoding.UTF8.GetString([.. line]);
    }
}
