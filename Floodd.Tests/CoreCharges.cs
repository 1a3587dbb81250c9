// What a site's store is charged, as the tests ask for it everywhere.
using Floodd.Core;

namespace Floodd.Tests;

internal static class CoreCharges
{
    extension(SiteCore core)
    {
        /// <summary>What the store is charged for, in bytes: never above data-storage-max.</summary>
        public long ChargedBytes => core.State.Store.Charged;
    }
}
