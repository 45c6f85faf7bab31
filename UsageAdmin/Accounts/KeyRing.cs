using System.Reflection;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using UsageAdmin.Data;

namespace UsageAdmin.Accounts;

/// <summary>
/// The keys that protect cookies and form tokens: in <c>DataDirectory/keys</c>, or, where several servers share the database,
/// in it.
/// </summary>
internal static class KeyRing
{
    /// <summary>Before it, forged cookies were taken for good ones (CVE-2026-40372).</summary>
    private static readonly Version FirstSafe = new(10, 0, 7);

    /// <summary>Behind everything else that adds services: sign-in and forms bring the framework's own ring with them, each time.</summary>
    public static IServiceCollection AddKeyRing(this IServiceCollection services)
    {
        RefuseUnsafe(typeof(KeyManagementOptions).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
        services.AddDataProtection().SetApplicationName("UsageAdmin");

        // Reads the keys before there is a schema that could hold them; the first request is early enough.
        services.Remove(services.Single(s => s.ImplementationType?.Name == "DataProtectionHostedService"));
        services.AddOptions<KeyManagementOptions>().Configure<UsageDatabase, DataDirectory, ILoggerFactory>(
            (options, database, directory, logs) => options.XmlRepository = database.IsShared
                ? new SharedKeys(database)
                : new FileSystemXmlRepository(new DirectoryInfo(directory.Keys), logs));
        return services;
    }

    /// <param name="runtime">Such as <c>10.0.12+5b3a…</c> or <c>11.0.0-preview.1</c>.</param>
    /// <exception cref="SettingException">The runtime is too old.</exception>
    internal static void RefuseUnsafe(string runtime)
    {
        if (Version.Parse(runtime.Split('+', '-')[0]) < FirstSafe)
        {
            throw new SettingException(
                $"The .NET runtime {runtime.Split('+')[0]} does not check cookies properly (CVE-2026-40372). " +
                $"Install ASP.NET Core {FirstSafe} or later.");
        }
    }
}
