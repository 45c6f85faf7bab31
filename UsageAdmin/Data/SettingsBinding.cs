using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace UsageAdmin.Data;

/// <summary>How option classes are bound: wrong values stop the start, with a line that names the key.</summary>
internal static class SettingsBinding
{
    /// <param name="section">The section of the settings; empty: the root.</param>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new Annotations<TOptions>(section));
        return services;
    }

    private sealed class Annotations<TOptions>(string section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var results = new List<ValidationResult>();
            return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(results.Select(Describe));
        }

        private string Describe(ValidationResult result)
        {
            var member = result.MemberNames.FirstOrDefault();
            var key = string.Join(':', new[] { section, member }.Where(part => !string.IsNullOrEmpty(part)));
            return $"{key}: {result.ErrorMessage}";
        }
    }
}
