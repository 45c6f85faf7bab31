using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using UsageAdmin.Data;

namespace UsageAdmin.Accounts;

/// <summary>The key ring in the database, so that all servers take each other's cookies.</summary>
internal sealed class SharedKeys(UsageDatabase database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var session = database.OpenRead();
        var row = session.Prepare("SELECT xml FROM key_ring ORDER BY id");
        var elements = new List<XElement>();
        while (row.Step())
        {
            elements.Add(XElement.Parse(row.Text(0)!));
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var session = database.OpenWrite();
        session.Prepare("INSERT INTO key_ring (name, xml) VALUES (?1, ?2)")
            .Bind(1, friendlyName).Bind(2, element.ToString(SaveOptions.DisableFormatting)).Execute();
    }
}
