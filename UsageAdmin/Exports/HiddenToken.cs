using Microsoft.AspNetCore.Http.Features;

namespace UsageAdmin.Exports;

/// <summary>
/// The token of a signed link, taken out of the request's path before anything else sees it: a path goes into logs, traces
/// and error reports, and who reads those must not get the file.
/// </summary>
internal sealed record HiddenToken(string Value)
{
    private const string Folder = "/d/";
    private const string Path = "/d/hidden";

    public static void TakeOutOf(IFeatureCollection features)
    {
        if (features.Get<IHttpRequestFeature>() is { } request
            && request.Path.StartsWith(Folder, StringComparison.OrdinalIgnoreCase))
        {
            features.Set(new HiddenToken(request.Path[Folder.Length..].TrimEnd('/')));
            request.Path = Path;
            request.RawTarget = Path;
            request.QueryString = "";
        }
    }
}
