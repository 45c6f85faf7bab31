namespace UsageAdmin.Data;

/// <summary>The one folder the program writes to: setting <c>DataDirectory</c>, by default <c>data</c> below the working directory.</summary>
public sealed class DataDirectory
{
    public const string Setting = "DataDirectory";

    /// <summary>Makes the folder, readable by its owner alone, where it is missing.</summary>
    /// <exception cref="SettingException">It cannot be made, or not be written to.</exception>
    public DataDirectory(IConfiguration configuration)
    {
        var configured = configuration[Setting];
        Root = Path.GetFullPath(string.IsNullOrWhiteSpace(configured) ? "data" : configured);
        Make(Root);
    }

    public string Root { get; }

    public string DatabaseFile => Path.Combine(Root, "usageadmin.db");

    public string Keys => Make(Path.Combine(Root, "keys"));

    public string Temporary => Make(Path.Combine(Root, "tmp"));

    /// <summary>Finished exports until they expire.</summary>
    public string Exports => Make(Path.Combine(Root, "exports"));

    /// <summary>Files on their way in, until they are imported or given up.</summary>
    public string Uploads => Make(Path.Combine(Root, "uploads"));

    private static string Make(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(path);
                }
                else
                {
                    Directory.CreateDirectory(
                        path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }

            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{Setting}: {path} cannot be made: {e.Message}", e);
        }
    }
}
