using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// How often a caller may act, and how many passwords an address may try, in one process. Safe for concurrent use.
/// </summary>
public sealed class CallLimits(ApiOptions access, TimeProvider time)
{
    private readonly Buckets acts = new(access.ActsPerMinute, time);
    private readonly Buckets failures = new(access.FailedSignInsPerMinute, time);
    private readonly Lock gate = new();
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>What was wrong before, by address. A script with an old password tries one, again and again.</summary>
    private readonly Recent<bool> wrong = new(Buckets.Most);

    /// <summary>Null when one may act now, and then it counts; else the sentence, and how long to wait.</summary>
    /// <param name="needed">What needs more does not wait for what needs less, as a failover for scripts.</param>
    internal (string Says, TimeSpan Wait)? Act(HttpContext context, Caller caller, Role needed)
    {
        var isNamed = caller.Name.Length > 0;
        var (who, key) = isNamed ? ($"'{caller.Name}'", $"n {caller.Name}") : ("this address", AddressOf(context));
        return acts.Take($"{needed} {key}") is { } wait
            ? ($"{who} acts more than {access.ActsPerMinute} times a minute (Api:ActsPerMinute)", wait)
            : null;
    }

    /// <summary>Null when a sign-in from there may be tried; nothing counts yet.</summary>
    internal (string Says, TimeSpan Wait)? Try(HttpContext context) =>
        IsWrongBefore(context, keep: false) ? null : Told(failures.Peek(AddressOf(context)));

    /// <summary>Counts a sign-in that failed, unless the very same failed before.</summary>
    internal (string Says, TimeSpan Wait)? Fail(HttpContext context) =>
        IsWrongBefore(context, keep: true) ? null : Told(failures.Take(AddressOf(context)));

    private (string, TimeSpan)? Told(TimeSpan? wait) => wait is null
        ? null
        : ($"more than {access.FailedSignInsPerMinute} sign-ins from this address failed within a minute "
            + "(Api:FailedSignInsPerMinute); a token is let in all the same", wait.Value);

    // What was tried is kept as a hash that means something to this process alone.
    private bool IsWrongBefore(HttpContext context, bool keep)
    {
        var tried = Encoding.UTF8.GetBytes($"{AddressOf(context)} {context.Request.Headers.Authorization}");
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(secret, tried));
        lock (gate)
        {
            if (wrong.TryGet(hash, out _)) return true;
            if (keep) wrong.Set(hash, true);
            return false;
        }
    }

    // Who has one address of IPv6 has 2^64 of them.
    private static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address)
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
