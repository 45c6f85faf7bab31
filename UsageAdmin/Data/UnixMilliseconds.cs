using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace UsageAdmin.Data;

/// <summary>UTC instants as milliseconds since 1970: they sort and subtract alike on every engine.</summary>
public sealed class UnixMilliseconds() : ValueConverter<DateTime, long>(
    instant => From(instant), milliseconds => ToUtc(milliseconds))
{
    /// <exception cref="ArgumentException">The instant is not UTC.</exception>
    public static long From(DateTime utc) => utc.Kind == DateTimeKind.Utc
        ? (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond
        : throw new ArgumentException("Instants are stored in UTC.", nameof(utc));

    public static DateTime ToUtc(long milliseconds) => DateTime.UnixEpoch.AddMilliseconds(milliseconds);
}
