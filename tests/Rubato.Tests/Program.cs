using Rubato.Tests.Transports.Mpi;

// The test platform loads this assembly as a library; mpirun starts it as a program, once a rank.
return args is ["mpi-laws", ..] ? await MpiRankLaws.RunAsync(args[1..]) : 2;
