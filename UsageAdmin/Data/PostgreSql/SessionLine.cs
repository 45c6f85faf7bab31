using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>A connection of a session. It carries the rows of one statement at a time.</summary>
internal sealed class SessionLine(NpgsqlConnection connection)
{
    public NpgsqlConnection Connection => connection;

    /// <summary>The statement that has not fetched all of its rows; null: the line is free.</summary>
    public IOnLine? Busy { get; set; }
}

/// <summary>A statement whose rows come on a line.</summary>
internal interface IOnLine
{
    /// <summary>Ends the reading: what has not been fetched is not waited for.</summary>
    void Abandon();
}
