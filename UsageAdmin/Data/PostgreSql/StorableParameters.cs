using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>What <see cref="StorableText"/> does, for EF's commands.</summary>
internal sealed class StorableParameters : DbCommandInterceptor
{
    public static readonly StorableParameters Instance = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Storable(command, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default) => new(Storable(command, result));

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Storable(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result,
        CancellationToken cancellationToken = default) => new(Storable(command, result));

    private static T Storable<T>(DbCommand command, T result)
    {
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.Value is string text)
            {
                parameter.Value = StorableText.Of(text);
            }
        }

        return result;
    }
}
