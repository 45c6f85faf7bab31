<#
.SYNOPSIS
Exports last month's usage from UsageAdmin into a folder, as TYPE-usage-YYYY-MM.csv. For Windows PowerShell 5.1 and PowerShell 7.

.DESCRIPTION
The API key (scope USAGE_EXPORT_API) comes from $env:USAGEADMIN_KEY, or from the file that $env:USAGEADMIN_KEY_FILE names; it never
stands on a command line, where others could read it.

Exit codes: 0 the file is there and whole; 1 it failed, try again later; 2 the call, the key or the settings are wrong; 3 last month
has no usage. Whatever happens, an older file of the same name stays until the new one is whole.

.EXAMPLE
.\nightly-export.ps1 -Server https://usage.example -Folder D:\Exports -Type users -TimeZone Europe/Berlin
#>
param(
    [Parameter(Mandatory = $true)] [string] $Server,
    [Parameter(Mandatory = $true)] [string] $Folder,
    [ValidateSet('users', 'assistants', 'workflows', 'projects', 'models')] [string] $Type = 'users',
    # An IANA time zone: whose month it is. Which month is the last one is decided by this machine's clock.
    [string] $TimeZone = 'UTC'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Net.Http
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

function Stop-Export([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine("nightly-export: $Message")
    exit $Code
}

$attempts = 5
$key = $env:USAGEADMIN_KEY
if (-not $key -and $env:USAGEADMIN_KEY_FILE) {
    if (-not (Test-Path -LiteralPath $env:USAGEADMIN_KEY_FILE)) { Stop-Export 2 "$($env:USAGEADMIN_KEY_FILE) cannot be read." }
    $key = (Get-Content -LiteralPath $env:USAGEADMIN_KEY_FILE -TotalCount 1).Trim()
}
if (-not $key) { Stop-Export 2 'set USAGEADMIN_KEY or USAGEADMIN_KEY_FILE.' }
if (-not (Test-Path -LiteralPath $Folder -PathType Container)) { Stop-Export 2 "there is no folder $Folder." }
$Folder = (Resolve-Path -LiteralPath $Folder).ProviderPath

$first = (Get-Date -Day 1).Date.AddMonths(-1)
$culture = [Globalization.CultureInfo]::InvariantCulture
$from = $first.ToString('yyyy-MM-dd', $culture)
$to = $first.AddMonths(1).AddDays(-1).ToString('yyyy-MM-dd', $culture)
$name = "$Type-usage-$($first.ToString('yyyy-MM', $culture)).csv"
$body = "{`"from`":{`"date`":`"$from`",`"timezone`":`"$TimeZone`"},`"to`":{`"date`":`"$to`",`"timezone`":`"$TimeZone`"}}"

$client = New-Object System.Net.Http.HttpClient
$client.Timeout = [TimeSpan]::FromHours(1)

# Sends what the script block makes until the answer is a final one; $null: there is none.
function Send-Request([scriptblock] $Make) {
    for ($attempt = 1; ; $attempt++) {
        $answer = $null
        try { $answer = $client.SendAsync((& $Make)).GetAwaiter().GetResult() } catch { $problem = $_.Exception.Message }
        if ($answer -and [int] $answer.StatusCode -ne 429 -and [int] $answer.StatusCode -lt 500) { return $answer }
        if ($attempt -ge $attempts) {
            if ($answer) { return $answer }
            Stop-Export 1 "the server cannot be reached: $problem"
        }

        $wait = [Math]::Pow(2, $attempt) * 5
        if ($answer -and $answer.Headers.RetryAfter -and $answer.Headers.RetryAfter.Delta) { $wait = $answer.Headers.RetryAfter.Delta.TotalSeconds }
        Start-Sleep -Seconds ([int] [Math]::Ceiling($wait))
    }
}

$answer = Send-Request {
    $request = New-Object System.Net.Http.HttpRequestMessage ([System.Net.Http.HttpMethod]::Post), "$($Server.TrimEnd('/'))/export/$Type"
    $request.Headers.Authorization = New-Object System.Net.Http.Headers.AuthenticationHeaderValue 'Bearer', $key
    $request.Content = New-Object System.Net.Http.StringContent $body, ([Text.Encoding]::UTF8), 'application/json'
    $request
}
$status = [int] $answer.StatusCode
$text = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
if ($status -eq 404 -and $text -match '"No data found"') { Stop-Export 3 "$from to $to has no usage of $Type." }
if ($status -ge 500 -or $status -eq 429) { Stop-Export 1 "the server answered ${status}: $text" }
if ($status -ne 200) { Stop-Export 2 $text }
$url = ($text | ConvertFrom-Json).data.downloadUrl

$partial = Join-Path $Folder ".$name.$([Guid]::NewGuid().ToString('N')).partial"
try {
    $answer = Send-Request { New-Object System.Net.Http.HttpRequestMessage ([System.Net.Http.HttpMethod]::Get), $url }
    if ([int] $answer.StatusCode -ne 200) { Stop-Export 1 "the download answered $([int] $answer.StatusCode)." }
    [IO.File]::WriteAllBytes($partial, $answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult())

    $bytes = (Get-Item -LiteralPath $partial -Force).Length
    if ($bytes -ne $answer.Content.Headers.ContentLength) { Stop-Export 1 "the download has $bytes bytes instead of $($answer.Content.Headers.ContentLength)." }
    $sha256 = [Security.Cryptography.SHA256]::Create()
    $found = 'sha-256=:' + [Convert]::ToBase64String($sha256.ComputeHash([IO.File]::ReadAllBytes($partial))) + ':'
    $stated = @($answer.Headers.GetValues('Repr-Digest'))[0]
    if ($found -ne $stated) { Stop-Export 1 "the download is damaged: $found instead of $stated." }

    $path = Join-Path $Folder $name
    if (Test-Path -LiteralPath $path) { [IO.File]::Replace($partial, $path, [NullString]::Value) } else { [IO.File]::Move($partial, $path) }
    Write-Output "${path}: $bytes bytes"
}
finally {
    if (Test-Path -LiteralPath $partial) { Remove-Item -LiteralPath $partial -Force }
}
