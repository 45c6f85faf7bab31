using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace UsageAdmin.Server;

/// <summary>The <c>Proxy</c> section of appsettings.json.</summary>
public sealed class ProxyOptions : IValidatableObject
{
    public const string Section = "Proxy";

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>), with <c>,</c> between them, whose <c>X-Forwarded-*</c> headers are believed.</summary>
    public string KnownProxies { get; init; } = "";

    private IEnumerable<string> Entries =>
        KnownProxies.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Entries
        .Where(entry => !IPAddress.TryParse(entry, out _) && !System.Net.IPNetwork.TryParse(entry, out _))
        .Select(entry => new ValidationResult($"{entry} is neither an IP address nor a network.", [nameof(KnownProxies)]));

    /// <summary>Without proxies nothing is forwarded: anybody could send the headers.</summary>
    internal void Apply(ForwardedHeadersOptions options)
    {
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var entry in Entries)
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(entry));
            }
        }

        options.ForwardedHeaders = options.KnownProxies.Count + options.KnownIPNetworks.Count > 0
            ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost
            : ForwardedHeaders.None;
    }
}
