// How an estimate stands in a listing. Knows no sites.
using System.Globalization;
using Floodd.Measuring;
using Floodd.Model;

namespace Floodd.Core;

internal static class EstimateText
{
    /// <summary>The keywords of one estimate, a blank before each.</summary>
    public static string Of(Estimate estimate, Instant now)
    {
        string bandwidth = estimate.BytesPerSecond > 0 ? string.Create(CultureInfo.InvariantCulture, $" (:bandwidth {estimate.BytesPerSecond:F0})") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $" (:rtt-ms {estimate.RttMilliseconds:F3}) (:spread-ms {estimate.SpreadMilliseconds:F3}){bandwidth} (:age {(now - estimate.MeasuredAt).TotalSeconds:F0}) (:guessed no)");
    }
}
