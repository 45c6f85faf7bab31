using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>An advisory lock that a connection of its own holds.</summary>
internal sealed class Claim : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly long _number;

    private Claim(NpgsqlConnection connection, long number) => (_connection, _number) = (connection, number);

    /// <summary>Null: somebody else holds it.</summary>
    public static Claim? TryTake(NpgsqlDataSource source, long number)
    {
        var connection = source.OpenConnection();
        var isTaken = false;
        try
        {
            using var take = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection);
            take.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
            isTaken = (bool)take.ExecuteScalar()!;
            return isTaken ? new Claim(connection, number) : null;
        }
        finally
        {
            if (!isTaken)
            {
                connection.Dispose();
            }
        }
    }

    public void Dispose()
    {
        try
        {
            using var release = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", _connection);
            release.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _number });
            release.ExecuteNonQuery();
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and the lock with it.
        }
        finally
        {
            _connection.Dispose();
        }
    }
}
