namespace UsageAdmin.Exports;

/// <summary>The address under which browsers and scripts reach the server: setting <c>PublicUrl</c>, else the request's host.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    private readonly Uri? _configured =
        Uri.TryCreate(configuration["PublicUrl"], UriKind.Absolute, out var address) ? address : null;

    /// <summary>Without a slash at the end.</summary>
    public string Of(HttpRequest request) =>
        (_configured?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}") + request.PathBase;

    /// <summary>As <see cref="Of(HttpRequest)"/>, for a circuit.</summary>
    /// <param name="baseAddress">Of the page that is open, with a slash at its end.</param>
    public string Of(string baseAddress)
    {
        var here = new Uri(baseAddress);
        return (_configured ?? here).GetLeftPart(UriPartial.Authority) + here.AbsolutePath.TrimEnd('/');
    }
}
