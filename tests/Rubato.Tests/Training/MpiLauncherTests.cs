using Rubato.Training;

namespace Rubato.Tests.Training;

public class MpiLauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", "OMPI_COMM_WORLD_SIZE")]
    [InlineData("PMI_RANK=0 PMI_SIZE=3", "PMI_SIZE")]
    [InlineData("PALS_RANKID=0 PALS_NRANKS=3", "PALS_NRANKS")]
    [InlineData("SLURM_PROCID=5 SLURM_NTASKS=9 SLURM_STEP_NUM_TASKS=9", "SLURM_STEP_NUM_TASKS")]
    // mpirun in the shell of srun --pty.
    [InlineData("SLURM_PTY_PORT=34889 SLURM_PROCID=0 SLURM_NTASKS=9 SLURM_STEP_NUM_TASKS=9 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", "OMPI_COMM_WORLD_SIZE")]
    // One rank has no copies.
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1", null)]
    // A plain command in a batch script, in one that was submitted within a step, in one task of nine, and in the one shell of srun --pty.
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=9", null)]
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=9 SLURM_STEP_NUM_TASKS=4", null)]
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=1 SLURM_STEP_NUM_TASKS=1", null)]
    [InlineData("SLURM_PTY_PORT=34889 SLURM_PROCID=0 SLURM_NTASKS=9 SLURM_STEP_NUM_TASKS=9", null)]
    [InlineData("SLURM_PTY_PORT=34889 SLURM_PROCID=0 SLURM_NTASKS=9 SLURM_STEP_NUM_TASKS=9 PMI_RANK=0 PMI_SIZE=9", null)]
    [InlineData("HOME=/", null)]
    public void Only_what_is_set_for_several_copies_proves_them(string environment, string? proof)
    {
        Dictionary<string, string> variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(proof, MpiLauncher.FindProofOfCopies(variables.GetValueOrDefault));
    }
}
