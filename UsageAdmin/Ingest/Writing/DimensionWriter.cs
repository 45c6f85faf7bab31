using System.Globalization;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Writes users, sections, models, apps, projects and workflows, with the history of their values.</summary>
internal sealed class DimensionWriter(
    ImportScope scope, Identities identities, AttributeHistory history, MembershipWriter memberships)
{
    private readonly ImportScope _scope = scope;
    private readonly AttributeHistory _history = history;

    public void Write(UserItem item)
    {
        var target = Start(item, EntityType.User, "usage_user", "users", item.Email.Value);
        if (item.Email.IsSet)
        {
            var email = target.Record(AttributeName.Email, item.Email.Value);
            target.Changes.Set("email", email);
            target.Changes.Set("normalized_email", JoiningEmail(item, target, email));
        }

        target.Changes.Set("status", item.Status);
        target.Changes.Set("joined_at", item.JoinedAtUtc);
        if (item.Role.IsSet && memberships.WriteRole(target.Id, target.ValidFrom, item.Role.Value))
        {
            target.IsChanged = true;
        }

        target.Finish();
    }

    public void Write(SectionItem item) => Start(item, EntityType.Section, "section", "sections").Finish();

    public void Write(ModelItem item)
    {
        var target = Start(item, EntityType.Model, "model", "models");
        target.Changes.Set("provider", item.Provider);
        target.Changes.Set("bring_your_keys", item.BringYourKeys);
        target.SetPrice("micro_usd_per_million_input", AttributeName.InputPrice, item.MicroUsdPerMillionInput);
        target.SetPrice("micro_usd_per_million_output", AttributeName.OutputPrice, item.MicroUsdPerMillionOutput);
        target.Finish();
    }

    public void Write(ProjectItem item) => StartCreated(item, EntityType.Project, "project", "projects").Finish();

    public void Write(WorkflowItem item) => StartCreated(item, EntityType.Workflow, "workflow", "workflows").Finish();

    public void Write(AppItem item)
    {
        var target = StartCreated(item, EntityType.App, "app", "apps");
        target.Changes.Set("description", item.Description);
        target.Changes.Set("url", item.Url);
        target.Changes.Set("published_at", item.PublishedAtUtc);
        if (item.Published.IsSet)
        {
            target.Changes.Set("is_published", item.Published.Value == true ? 1 : 0);
        }

        if (item.Category.IsSet)
        {
            target.Changes.Set("category", target.Record(AttributeName.Category, item.Category.Value));
        }

        if (item.Model.IsSet)
        {
            // The history holds names, because a model is known by its name everywhere.
            var model = target.Record(AttributeName.Model, item.Model.Value);
            target.Changes.Set("model_id", model is null ? null : identities.Resolve(EntityType.Model, model));
        }

        target.Write();
        RecordStatus(target);
        target.Finish();
    }

    /// <summary>Notes that a source still has something, where its record itself is passed over.</summary>
    public void Skip(EntityType type, string externalId)
    {
        if (identities.Find(type, externalId) is { } id)
        {
            _scope.Seen.Add(type, id);
        }
    }

    public void Write(TombstoneItem item)
    {
        var (table, kind) = item.Entity switch
        {
            EntityType.User => ("usage_user", "users"),
            EntityType.App => ("app", "apps"),
            EntityType.Model => ("model", "models"),
            EntityType.Project => ("project", "projects"),
            EntityType.Workflow => ("workflow", "workflows"),
            EntityType.Section => ("section", "sections"),
            _ => throw new ArgumentOutOfRangeException(nameof(item), item.Entity, "No dimension."),
        };
        if (identities.Find(item.Entity, item.Id) is not { } id)
        {
            _scope.Warn(item.Line, "unknown-id", "id", $"{item.Entity} {item.Id} was never imported.");
            return;
        }

        var changes = new ColumnChanges(table, id);
        changes.Set("deleted_at", _scope.ValidFrom(item.DeletedAtUtc));
        var isChanged = changes.Write(_scope);
        _scope.Report.Of(kind).Add(isChanged ? Outcome.Changed : Outcome.Unchanged);
    }

    /// <summary>
    /// <c>draft</c>, <c>published</c> or <c>archived</c> over time: from the record's own dates where it has them, so that
    /// an app that is archived today was not archived before.
    /// </summary>
    private void RecordStatus(Target target)
    {
        var select = _scope.Session.Prepare(
            "SELECT is_published, published_at, created_at, archived_at FROM app WHERE id = ?1").Bind(1, target.Id);
        select.Step();
        var isPublished = select.Number(0) != 0;
        var (published, created, archived) = (select.NullableNumber(1), select.NullableNumber(2), select.NullableNumber(3));
        select.Reset();

        var (isKnown, _) = _history.Newest(EntityType.App, target.Id, AttributeName.Status);
        if (!isKnown && created is { } start && (published is not null || !isPublished))
        {
            target.RecordAt(start, AttributeName.Status, "draft");
        }

        if (isPublished && (published ?? (isKnown ? null : created)) is { } publishedAt)
        {
            target.RecordAt(publishedAt, AttributeName.Status, "published");
        }

        if (archived is { } archivedAt)
        {
            target.RecordAt(archivedAt, AttributeName.Status, "archived");
        }

        var now = archived is not null ? "archived" : isPublished ? "published" : "draft";
        if (_history.Newest(EntityType.App, target.Id, AttributeName.Status).Value != now)
        {
            target.RecordAt(target.ValidFrom, AttributeName.Status, now);
        }
    }

    private Target StartCreated(CreatedItem item, EntityType type, string table, string kind)
    {
        var target = Start(item, type, table, kind);
        target.Changes.Set("created_at", item.CreatedAtUtc);
        target.Changes.Set("archived_at", item.ArchivedAtUtc);
        if (item.CreatorId.IsSet)
        {
            target.Changes.Set("creator_user_id",
                item.CreatorId.Value is { } creator ? identities.Resolve(EntityType.User, creator) : null);
        }

        return target;
    }

    private Target Start(DimensionItem item, EntityType type, string table, string kind, string? email = null)
    {
        var (id, isCreated) = identities.Claim(type, item.Id, email);
        var target = new Target(this, type, table, kind, id, isCreated, _scope.ValidFrom(item.ValidFromUtc));
        _scope.Seen.Add(type, id);
        target.Changes.Set("is_stub", 0);
        target.Changes.Set("missing_since_import_id", (long?)null);
        if (item.Name.IsSet)
        {
            target.Changes.Set("name", target.Record(AttributeName.Name, item.Name.Value));
        }

        return target;
    }

    /// <summary>The address by which other sources' users join this one; null where somebody else has it already.</summary>
    private string? JoiningEmail(UserItem item, Target target, string? email)
    {
        if (email is null)
        {
            return null;
        }

        // Who has just been made was looked for by the address before.
        if (target.IsCreated || identities.FindByEmail(email) is not { } owner || owner == target.Id)
        {
            return identities.Take(email);
        }

        _scope.Warn(item.Line, "email-in-use", "email",
            $"Another user of the organisation has the address of user {item.Id} already; they stay two people.");
        return null;
    }

    /// <summary>The row that a record is about.</summary>
    private sealed class Target(
        DimensionWriter writer, EntityType type, string table, string kind, long id, bool isCreated, long validFrom)
    {
        public long Id => id;

        public bool IsCreated => isCreated;

        public long ValidFrom => validFrom;

        public bool IsChanged { get; set; }

        public ColumnChanges Changes { get; private set; } = new(table, id, isCreated);

        /// <summary>Notes a value at the record's time and returns the newest.</summary>
        public string? Record(AttributeName attribute, string? value) => RecordAt(validFrom, attribute, value);

        public string? RecordAt(long time, AttributeName attribute, string? value)
        {
            var newest = writer._history.Record(type, id, attribute, time, value);
            IsChanged |= writer._history.HasWritten;
            return newest;
        }

        public void SetPrice(string column, AttributeName attribute, Field<long?> price)
        {
            if (price.IsSet)
            {
                var newest = Record(attribute, price.Value?.ToString(CultureInfo.InvariantCulture));
                Changes.Set(column, newest is null ? null : long.Parse(newest, CultureInfo.InvariantCulture));
            }
        }

        /// <summary>Writes the columns set so far.</summary>
        public void Write()
        {
            IsChanged |= Changes.Write(writer._scope, isCreated ? null : "changed_by_import_id");
            Changes = new ColumnChanges(table, id);
        }

        public void Finish()
        {
            Write();
            writer._scope.Report.Of(kind)
                .Add(isCreated ? Outcome.Created : IsChanged ? Outcome.Changed : Outcome.Unchanged);
        }
    }
}
