using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Usage.Api;

/// <summary>
/// The rows of an export as JSON: numbers are numbers, maps are objects, what is blank in a CSV is null, and text is as it is.
/// </summary>
internal static class UsageApiRows
{
    /// <returns>Rows and bytes.</returns>
    /// <exception cref="OperationCanceledException">The reader has gone.</exception>
    public static async Task<(long Rows, long Bytes)> WriteAsync(
        PipeWriter destination, ITable table, long count, UsageApiDates dates, CancellationToken cancellationToken)
    {
        var output = new JsonOutput(destination);
        var keys = table.Columns.Select((column, i) => Encoding.UTF8.GetBytes($"{(i == 0 ? "" : ",")}\"{column.Name}\":")).ToArray();
        var kinds = table.Columns.Select(column => column.Kind).ToArray();
        output.Raw("{\"success\":true,\"data\":{\"dataType\":"u8);
        output.Text(table.Name);
        output.Raw(",\"recordCount\":"u8);
        output.Number(count);
        output.Raw(",\"dateRange\":{\"from\":"u8);
        output.Text(dates.From);
        output.Raw(",\"to\":"u8);
        output.Text(dates.To);
        output.Raw("},\"rows\":["u8);
        var rows = 0L;
        foreach (var cells in table.ReadRows(cancellationToken))
        {
            output.Raw(rows++ == 0 ? "\n{"u8 : ",\n{"u8);
            for (var i = 0; i < cells.Length; i++)
            {
                output.Raw(keys[i]);
                Write(output, cells[i], kinds[i]);
            }

            output.Raw("}"u8);
            if (output.FlushIsDue)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        output.Raw("]}}"u8);
        await output.FlushAsync(cancellationToken);
        return (rows, output.Bytes);
    }

    private static void Write(JsonOutput output, Cell cell, ColumnKind kind)
    {
        switch (cell.Content)
        {
            case CellContent.Nothing:
                output.Raw("null"u8);
                return;
            case CellContent.Integer:
                output.Number(cell.AsInteger);
                return;
            case CellContent.Decimal:
                output.Raw(Encoding.ASCII.GetBytes(Math.Round(cell.AsDecimal, kind.Places(), MidpointRounding.AwayFromZero)
                    .ToString(CultureInfo.InvariantCulture)));
                return;
            case CellContent.Date:
                output.Text(cell.AsDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                return;
            case CellContent.Boolean:
                output.Boolean(cell.AsBoolean);
                return;
            default:
                if (kind == ColumnKind.Json)
                {
                    output.Raw(Encoding.UTF8.GetBytes(cell.AsText));
                }
                else
                {
                    output.Text(cell.AsText);
                }

                return;
        }
    }
}
