using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace UsageAdmin.Accounts;

/// <summary>
/// Proves that whoever sets the instance up can read its log. Lives 30 minutes and is used once; opening the page after
/// that prints a new one.
/// </summary>
internal sealed partial class SetupToken(TimeProvider time, ILogger<SetupToken> log)
{
    private readonly Lock _lock = new();
    private string? _token;
    private DateTimeOffset _expires;

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Prints a token unless a printed one is still good.</summary>
    public void Offer()
    {
        lock (_lock)
        {
            if (_token is null || _expires <= time.GetUtcNow())
            {
                _token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
                _expires = time.GetUtcNow() + Lifetime;
                Offered(log, _token);
            }
        }
    }

    /// <summary>Whether it is the token. Compares in constant time.</summary>
    public bool IsGood(string token)
    {
        lock (_lock)
        {
            return _token is not null && time.GetUtcNow() < _expires && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(_token)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        }
    }

    /// <summary>It was used: it is good no more.</summary>
    public void Spend()
    {
        lock (_lock)
        {
            _token = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "There is no account yet. Open /setup and enter this token, good for 30 minutes: {Token}")]
    private static partial void Offered(ILogger log, string token);
}
