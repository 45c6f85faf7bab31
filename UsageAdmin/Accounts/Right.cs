namespace UsageAdmin.Accounts;

/// <summary>What an account may be allowed to do (product.md, "Who may do what").</summary>
public enum Right
{
    /// <summary>See a workspace's conversations: org admins who also belong to the workspace.</summary>
    ViewActivity,

    /// <summary>Download them; the organisation must have exports switched on.</summary>
    ExportActivity,

    /// <summary>See an organisation's monthly figures: org admins, unless that right was taken from them.</summary>
    ViewAnalytics,

    ExportAnalytics,

    /// <summary>The history of a workspace's exports: who has the right to one kind of them, whether exports are on or not.</summary>
    ViewExports,

    /// <summary>The same of an organisation, with those of its workspaces; of each, the kinds that the account has the right to.</summary>
    ViewOrganizationExports,

    /// <summary>Usage exports of a workspace: its admins.</summary>
    ExportUsage,

    /// <summary>Members, sections, API keys, imports and the usage page of a workspace: its admins.</summary>
    ManageWorkspace,

    /// <summary>Settings, privacy and workspaces of an organisation: its admins.</summary>
    ManageOrganization,

    /// <summary>The audit log of an organisation, without content: its admins and auditors.</summary>
    ViewAudit,

    /// <summary>Download it; the organisation must have exports switched on.</summary>
    ExportAudit,

    /// <summary>Organisations, accounts and the export feature: the operator. Grants no access to data.</summary>
    OperateInstance,
}
