using System.Text;
using System.Text.Json;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>The first line of a file.</summary>
internal sealed record NdjsonHeader(HeaderItem Item, bool IsContentAllowed)
{
    /// <exception cref="InvalidHeaderException">The first line is no header of this format and version.</exception>
    public static async ValueTask<NdjsonHeader> ReadAsync(LineReader lines, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (TryRead(lines) is { } header)
                {
                    return header;
                }

                if (!await lines.FillAsync(cancellationToken))
                {
                    throw new InvalidHeaderException("The file is empty; its first line has to be a header.");
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidHeaderException("The file's compression is damaged.", e);
        }
    }

    private static NdjsonHeader? TryRead(LineReader lines)
    {
        if (!lines.TryRead(out var line))
        {
            return null;
        }

        if (line.StartsWith(Encoding.UTF8.Preamble))
        {
            line = line[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return Parse(line, lines.Line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or RefusedRecordException)
        {
            throw new InvalidHeaderException(
                e is RefusedRecordException { Field: not null } ? e.Message : "The first line is no JSON object, so no header.", e);
        }
    }

    private static NdjsonHeader Parse(ReadOnlySpan<byte> line, long number)
    {
        var record = new Record(line);
        string? type = null, format = null, source = null, content = null;
        long? version = null;
        DateTime? generated = null;
        while (record.Next())
        {
            if (record.Is("type"u8))
            {
                type = record.Text();
            }
            else if (record.Is("format"u8))
            {
                format = record.Text();
            }
            else if (record.Is("version"u8))
            {
                version = record.Whole(0, int.MaxValue);
            }
            else if (record.Is("source"u8))
            {
                source = record.Reference();
            }
            else if (record.Is("content"u8))
            {
                content = record.Text();
            }
            else if (record.Is("generated_at"u8))
            {
                generated = record.Time();
            }
            else if (record.Is("generated_at_ms"u8))
            {
                generated = record.EpochMilliseconds();
            }
            else
            {
                record.Skip();
            }
        }

        record.End();
        if (type != "header" || format != "usageadmin-ndjson")
        {
            throw new InvalidHeaderException(
                "The first line has to be {\"type\":\"header\",\"format\":\"usageadmin-ndjson\",\"version\":1,…}.");
        }

        if (version != 1)
        {
            throw new InvalidHeaderException($"Version {version} of the format is not known; version 1 is.");
        }

        if (content is not (null or "full" or "none"))
        {
            throw new InvalidHeaderException("content has to be full or none.");
        }

        return new NdjsonHeader(
            new HeaderItem { Line = number, Source = source, GeneratedAtUtc = generated }, content != "none");
    }
}
