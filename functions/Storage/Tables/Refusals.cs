using Azure;
using Azure.Data.Tables.Models;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>The refusals of a conditional write, told by code: everything else is an error.</summary>
internal static class Refusals
{
    /// <summary>The row was changed since its ETag was read.</summary>
    public static bool IsStale(this RequestFailedException refusal) => refusal.Status == 412;

    public static bool IsExistingRow(this RequestFailedException refusal) =>
        refusal.Is(409, TableErrorCode.EntityAlreadyExists);

    public static bool IsMissingRow(this RequestFailedException refusal) =>
        refusal.Is(404, TableErrorCode.ResourceNotFound);

    private static bool Is(this RequestFailedException refusal, int status, TableErrorCode code) =>
        refusal.Status == status && string.Equals(refusal.ErrorCode, code.ToString(), StringComparison.Ordinal);
}
