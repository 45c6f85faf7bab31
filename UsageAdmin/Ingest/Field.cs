namespace UsageAdmin.Ingest;

/// <summary>A field of an ingested record: absent leaves the stored value as it is, null clears it.</summary>
public readonly record struct Field<T>
{
    private Field(T? value)
    {
        IsSet = true;
        Value = value;
    }

    public bool IsSet { get; }

    public T? Value { get; }

    public static implicit operator Field<T>(T? value) => new(value);

    /// <summary>The new value where there is one, else the stored one.</summary>
    public T? Or(T? stored) => IsSet ? Value : stored;
}
