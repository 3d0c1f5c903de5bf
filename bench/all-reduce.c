/* What MPI itself needs: the median of 60 all-reduces of a size in bytes, in microseconds. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
static int ascending(const void *a, const void *b) { double d = *(double *)a - *(double *)b; return d < 0 ? -1 : d > 0; }
int main(int argc, char **argv) {
    int rank; double took[60], start;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int a = 1; a < argc; a++) {
        float *vector = calloc(1, atoi(argv[a]));
        for (int i = -20; i < 60; i++) {
            MPI_Barrier(MPI_COMM_WORLD);
            start = MPI_Wtime();
            MPI_Allreduce(MPI_IN_PLACE, vector, atoi(argv[a]) / 4, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
            if (i >= 0) took[i] = MPI_Wtime() - start;
        }
        qsort(took, 60, sizeof *took, ascending);
        if (rank == 0) printf("%.2f\n", 1e6 * (took[29] + took[30]) / 2);
        free(vector);
    }
    return MPI_Finalize();
}
