using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Organizations;

/// <summary>Adds organisations and workspaces, for setup, for the command line and for the demo.</summary>
public sealed class OrganizationRegistry(UsageDbContext db, TimeProvider time)
{
    private const int LongestName = 200;

    /// <exception cref="InvalidOrganizationException">A value is wrong or the id is taken; nothing was added.</exception>
    public async Task<Organization> AddAsync(NewOrganization added, CancellationToken cancellationToken = default)
    {
        CheckId(added.PublicId);
        CheckName(added.Name);
        CheckZone(added.TimeZone);
        if (await db.Organizations.AnyAsync(o => o.PublicId == added.PublicId, cancellationToken))
        {
            throw new InvalidOrganizationException("id", $"There is an organisation {added.PublicId} already.");
        }

        var organization = new Organization
        {
            PublicId = added.PublicId,
            Name = added.Name,
            TimeZone = added.TimeZone,
            FirstDayOfWeek = added.FirstDayOfWeek,
            ExportsEnabled = added.ExportsEnabled,
            CreatedAtUtc = time.GetUtcNow().UtcDateTime,
        };
        db.Organizations.Add(organization);
        await db.SaveChangesAsync(cancellationToken);
        return organization;
    }

    /// <exception cref="InvalidOrganizationException">A value is wrong or the id is taken; nothing was added.</exception>
    public async Task<Workspace> AddWorkspaceAsync(
        string publicId, string organizationPublicId, string name, CancellationToken cancellationToken = default)
    {
        CheckId(publicId);
        CheckName(name);
        var organization =
            await db.Organizations.SingleOrDefaultAsync(o => o.PublicId == organizationPublicId, cancellationToken)
            ?? throw new InvalidOrganizationException(
                "organization", $"There is no organisation {organizationPublicId}.");
        if (await db.Workspaces.AnyAsync(w => w.PublicId == publicId, cancellationToken))
        {
            throw new InvalidOrganizationException("id", $"There is a workspace {publicId} already.");
        }

        var workspace = new Workspace
        {
            OrganizationId = organization.Id,
            PublicId = publicId,
            Name = name,
            CreatedAtUtc = time.GetUtcNow().UtcDateTime,
        };
        db.Workspaces.Add(workspace);
        await db.SaveChangesAsync(cancellationToken);
        return workspace;
    }

    /// <exception cref="InvalidOrganizationException">It is no zone.</exception>
    internal static void CheckZone(string timeZone)
    {
        if (ReportingZone.Find(timeZone) is null)
        {
            throw new InvalidOrganizationException(
                "zone", $"{timeZone} is no time zone; an IANA id such as Europe/Berlin is needed.");
        }
    }

    private static void CheckId(string id)
    {
        if (!PublicId.IsValid(id))
        {
            throw new InvalidOrganizationException("id", $"The id must be {PublicId.Rule}.");
        }
    }

    /// <exception cref="InvalidOrganizationException">It is no name.</exception>
    internal static void CheckName(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
        {
            throw new InvalidOrganizationException(
                "name", $"The name must be 1 to {LongestName} characters without control characters.");
        }
    }
}
