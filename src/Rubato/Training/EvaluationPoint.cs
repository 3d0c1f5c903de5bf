namespace Rubato.Training;

/// <summary>One evaluation during a run.</summary>
/// <param name="Epoch">Epochs of applied samples.</param>
/// <param name="Seconds">The cluster's clock.</param>
/// <param name="BytesSent">Payload bytes sent by then.</param>
/// <param name="TrainLoss">Mean loss of the mini-batches since the evaluation before.</param>
/// <param name="TestLoss">Mean loss on the test part.</param>
/// <param name="TestAccuracy">Accuracy on the test part; null for a regression.</param>
public sealed record EvaluationPoint(
    double Epoch, double Seconds, long BytesSent, double? TrainLoss, double TestLoss, double? TestAccuracy);
