using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Server;

/// <summary>Settings at the root of appsettings.json.</summary>
public sealed class ServerOptions : IValidatableObject
{
    public const string Section = "";

    public const string DefaultUrls = "http://localhost:5080";

    /// <summary>Addresses to listen on, with <c>;</c> between them.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>The address under which browsers and scripts reach the server; null: the request's host.</summary>
    public Uri? PublicUrl { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var url in Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsAddress(url))
            {
                yield return new ValidationResult($"{url} is no address; http://HOST:PORT is needed.", [nameof(Urls)]);
            }
        }

        if (PublicUrl is { } address
            && !(address.IsAbsoluteUri && address.Scheme is "http" or "https" && address.PathAndQuery == "/"))
        {
            yield return new ValidationResult(
                $"{address} is no address of a server; https://HOST is needed.", [nameof(PublicUrl)]);
        }
    }

    private static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0
                && address.Port is >= 0 and <= ushort.MaxValue;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
