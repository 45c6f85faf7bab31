using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// A statement of a session. Npgsql prepares it on the connection once it comes again. Its rows are fetched in portions, so
/// that small results leave the connection at once and large ones never lie in memory whole.
/// </summary>
internal sealed class PostgreSqlStatement(PostgreSqlSession session, string sql) : Statement, IOnLine
{
    private readonly NumberedParameters _numbered = new(sql);
    private readonly RowBuffer _rows = new();
    private readonly List<(SessionLine Line, NpgsqlCommand Command)> _commands = [];
    private (NpgsqlDbType Type, object? Value)[]? _values;
    private SessionLine? _line;
    private NpgsqlDataReader? _reader;
    private bool _hasStarted;

    private (NpgsqlDbType Type, object? Value)[] Values =>
        _values ??= [.. Enumerable.Repeat((NpgsqlDbType.Unknown, default(object)), _numbered.Count)];

    public override Statement Bind(int parameter, long value) => Bind(parameter, NpgsqlDbType.Bigint, value);

    public override Statement Bind(int parameter, long? value) => Bind(parameter, NpgsqlDbType.Bigint, value);

    public override Statement Bind(int parameter, double? value) => Bind(parameter, NpgsqlDbType.Double, value);

    /// <summary>Half of a surrogate pair and NUL, which no text of the database holds, become U+FFFD.</summary>
    public override Statement Bind(int parameter, string? value) =>
        Bind(parameter, NpgsqlDbType.Text, value is null ? null : Encoding.UTF8.GetBytes(StorableText.Of(value)));

    public override Statement BindUtf8(int parameter, ReadOnlySpan<byte> value) =>
        Bind(parameter, NpgsqlDbType.Text, value.ToArray());

    public override Statement BindBytes(int parameter, ReadOnlySpan<byte> value) =>
        Bind(parameter, NpgsqlDbType.Bytea, value.ToArray());

    /// <summary>A parameter keeps the type that it had before: a statement whose types change is not prepared.</summary>
    public override Statement BindNull(int parameter) =>
        Bind(parameter, Values[_numbered.PlaceOf(parameter)].Type, null);

    public override bool Step()
    {
        if (!_hasStarted)
        {
            Start();
        }

        if (_rows.MoveNext())
        {
            return true;
        }

        if (_reader is null)
        {
            return false;
        }

        _rows.Clear();
        Fetch(all: false);
        return _rows.MoveNext();
    }

    public override void Execute()
    {
        Reset();
        session.Execute(_numbered.Text, Values);
    }

    public override Statement Reset()
    {
        if (_hasStarted)
        {
            Close();
            _rows.Clear();
            _hasStarted = false;
        }

        return this;
    }

    public override bool IsNull(int column) => _rows.IsNull(column);

    public override object? Value(int column) =>
        _rows.IsNull(column) ? null : _rows.IsNumber(column) ? _rows.Number(column) : Text(column);

    public override long Number(int column) => _rows.Number(column);

    public override long? NullableNumber(int column) => _rows.IsNull(column) ? null : _rows.Number(column);

    public override double? NullableReal(int column) => _rows.IsNull(column) ? null : _rows.Real(column);

    public override ReadOnlySpan<byte> Utf8(int column) => _rows.Bytes(column);

    /// <summary>Fetches what is left, because the connection is needed.</summary>
    internal void FetchAll() => Fetch(all: true);

    public void Abandon()
    {
        if (_reader is null)
        {
            return;
        }

        try
        {
            _commands.Find(c => c.Line == _line).Command.Cancel();
            Close();
        }
        catch (NpgsqlException)
        {
            // It was cancelled, or the connection is gone.
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var (_, command) in _commands)
        {
            command.Dispose();
        }
    }

    private PostgreSqlStatement Bind(int parameter, NpgsqlDbType type, object? value)
    {
        Values[_numbered.PlaceOf(parameter)] = (type, value);
        return this;
    }

    private void Start()
    {
        _rows.Clear();
        _line = session.FreeLine(_numbered.Text);
        var command = CommandOn(_line);
        session.SetChanges(0);
        _reader = command.ExecuteReader();
        _hasStarted = true;
        _line.Busy = this;
        _rows.Start(_reader);
        Fetch(all: false);
    }

    private void Fetch(bool all)
    {
        try
        {
            while (all || _rows.HasRoom)
            {
                if (!_reader!.Read())
                {
                    session.SetChanges(Math.Max(0, _reader.RecordsAffected));
                    Close();
                    return;
                }

                _rows.Add(_reader);
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void Close()
    {
        var reader = _reader;
        _reader = null;
        if (_line is { } line)
        {
            _line = null;
            line.Busy = null;
        }

        reader?.Dispose();
    }

    private NpgsqlCommand CommandOn(SessionLine line)
    {
        var command = _commands.Find(c => c.Line == line).Command;
        if (command is null)
        {
            command = new NpgsqlCommand(_numbered.Text, line.Connection);
            foreach (var _ in Values)
            {
                command.Parameters.Add(new NpgsqlParameter());
            }

            _commands.Add((line, command));
        }

        for (var i = 0; i < Values.Length; i++)
        {
            Set(command.Parameters[i], Values[i]);
        }

        return command;
    }

    internal static void Set(NpgsqlParameter parameter, (NpgsqlDbType Type, object? Value) bound)
    {
        if (bound.Type != NpgsqlDbType.Unknown && parameter.NpgsqlDbType != bound.Type)
        {
            parameter.NpgsqlDbType = bound.Type;
        }

        parameter.Value = bound.Value ?? DBNull.Value;
    }
}
