using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class KeyRingTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Theory]
    [InlineData("10.0.6+abc", false)]
    [InlineData("10.0.0-rc.1", false)]
    [InlineData("10.0.7", true)]
    [InlineData("10.0.12+abc", true)]
    [InlineData("11.0.0-preview.1", true)]
    public void Runtimes_that_do_not_check_cookies_are_refused(string runtime, bool isSafe)
    {
        var refusal = Record.Exception(() => KeyRing.RefuseUnsafe(runtime));

        Assert.Equal(isSafe ? null : typeof(SettingException), refusal?.GetType());
    }

    [Fact]
    public async Task Keys_belong_to_the_owner_alone()
    {
        TestEngine.SkipUnlessSqlite();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await app.SessionCookieAsync("admin@alpha.example");

        var keys = new DirectoryInfo(Path.Combine(app.DataDirectory, "keys"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, keys.UnixFileMode);
        Assert.All(keys.GetFiles(), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
        Assert.NotEmpty(keys.GetFiles("key-*.xml"));
    }
}
