using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Tokens: a row each, by name, in a partition of the settings. Of the value there is a hash without salt: it is of 256
/// random bits, so that nobody can try all of them.
/// </summary>
internal sealed class TokenTable(TableClient table) : ITokenStore
{
    private const string Tokens = "tokens";
    private const string Id = "Id", Role = "Role", Hash = "Hash", By = "By";
    private const string CreatedAt = "CreatedAt", ExpiresAt = "ExpiresAt", UsedAt = "UsedAt";

    public async Task<ImmutableArray<StoredToken>> ReadTokensAsync(CancellationToken cancel)
    {
        var tokens = new List<StoredToken>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            r => r.PartitionKey == Tokens, cancellationToken: cancel))
            tokens.Add(Read(row));
        return [.. tokens.OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    public async Task<bool> AddTokenAsync(StoredToken token, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(token);
        var row = Columns.Row(Tokens, RowKeys.Escape(token.Name));
        (row[Id], row[Role], row[Hash], row[By]) = (token.Id, token.Role, token.Hash, token.By);
        (row[CreatedAt], row[ExpiresAt]) = (token.CreatedAt, token.ExpiresAt);
        try
        {
            await table.AddEntityAsync(row, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // An answer that was lost on its way: the row is ours.
            return await FindAsync(token, cancel) is not null;
        }
    }

    public async Task<bool> RemoveTokenAsync(StoredToken token, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (await FindAsync(token, cancel) is not { } row) return false;
        return await IsDoneAsync(() => table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel));
    }

    public async Task SaveTokenUseAsync(StoredToken token, DateTimeOffset at, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (await FindAsync(token, cancel) is not { } row) return;
        var used = new TableEntity(row.PartitionKey, row.RowKey) { [UsedAt] = at };
        // Whoever wrote it meanwhile has told a use too, or has taken the token away.
        await IsDoneAsync(() => table.UpdateEntityAsync(used, row.ETag, TableUpdateMode.Merge, cancel));
    }

    private async Task<TableEntity?> FindAsync(StoredToken token, CancellationToken cancel)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(
            Tokens, RowKeys.Escape(token.Name), cancellationToken: cancel);
        return found.HasValue && found.Value!.Text(Id) == token.Id ? found.Value : null;
    }

    private static async Task<bool> IsDoneAsync(Func<Task<Response>> write)
    {
        try
        {
            return !(await write()).IsError;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    // What cannot be read allows nothing: no value has an empty hash, and it expired long ago.
    private static StoredToken Read(TableEntity row) => new(
        RowKeys.Unescape(row.RowKey), row.Text(Id), row.Text(Role), row.Text(Hash), row.Text(By),
        row.Instant(CreatedAt) ?? default, row.Instant(ExpiresAt) ?? default, row.Instant(UsedAt));
}
