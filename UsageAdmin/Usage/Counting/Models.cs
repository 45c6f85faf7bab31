using System.Globalization;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>The models of an organisation with their prices. The place behind the last is that of an unknown model.</summary>
internal sealed class Models
{
    private readonly Indexes _indexes;
    private readonly ValuesOverTime _prices;
    private readonly bool[] _hasNewPrices;

    public Models(UsageSession session, long organizationId)
    {
        var models = new List<ModelFact>();
        var row = session.Prepare(
            """
            SELECT id, public_id, provider, coalesce(bring_your_keys, 0), micro_usd_per_million_input,
                micro_usd_per_million_output FROM model WHERE organization_id = ?1 ORDER BY id
            """).Bind(1, organizationId);
        while (row.Step())
        {
            models.Add(new ModelFact(
                row.Number(0), row.Text(1)!, row.Text(2), row.Number(3) != 0, row.NullableNumber(4), row.NullableNumber(5)));
        }

        row.Reset();
        All = [.. models];
        _indexes = new Indexes([.. All.Select(m => m.Id)]);
        _prices = ValuesOverTime.Read(
            session, EntityType.Model, "SELECT id FROM model WHERE organization_id = ?2", organizationId);
        _hasNewPrices = Array.ConvertAll(All, m => _prices.HasChanged(m.Id, AttributeName.InputPrice)
            || _prices.HasChanged(m.Id, AttributeName.OutputPrice));
    }

    public ModelFact[] All { get; }

    /// <summary>With that of an unknown model.</summary>
    public int Places => All.Length + 1;

    public int PlaceOf(long id) => id == 0 ? All.Length : _indexes.Of(id);

    /// <summary>
    /// Millionths of a US dollar per million tokens at a time, input and output; null: there is no price (decisions.md 10).
    /// </summary>
    public (long? Input, long? Output) PriceAt(int place, long time)
    {
        if (place == All.Length)
        {
            return (null, null);
        }

        var model = All[place];
        return !_hasNewPrices[place] ? (model.InputPrice, model.OutputPrice) : (At(AttributeName.InputPrice, model.InputPrice), At(AttributeName.OutputPrice, model.OutputPrice));

        long? At(AttributeName attribute, long? newest) => !_prices.HasChanged(model.Id, attribute)
            ? newest
            : long.TryParse(
                _prices.At(model.Id, attribute, time + 1, null), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price)
                ? price
                : null;
    }
}

/// <param name="InputPrice">The newest, in millionths of a US dollar per million tokens; null: none.</param>
internal sealed record ModelFact(
    long Id, string PublicId, string? Provider, bool BringYourKeys, long? InputPrice, long? OutputPrice);
