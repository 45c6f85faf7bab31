using Microsoft.Extensions.Localization;

namespace UsageAdmin.Components.Shared;

/// <summary>Texts with a number: key <c>X.One</c> for one, <c>X.Other</c> for the rest, as English and German need it.</summary>
internal static class CountedTexts
{
    public static string Count(this IStringLocalizer texts, string key, long count) =>
        texts[count == 1 ? $"{key}.One" : $"{key}.Other", Display.Number(count)];
}
