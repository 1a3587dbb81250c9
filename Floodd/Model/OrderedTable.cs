// Things by key, in the order of their keys, in two arrays: to be walked through and searched often, and changed seldom. Decides no order of its own.
using System.Collections;

namespace Floodd.Model;

/// <summary>
/// What <see cref="SortedDictionary{TKey, TValue}"/> is, for up to some thousand entries: a walk allocates nothing and a look-up touches
/// few places. Adding and removing move what stands behind. It must not change while it is walked through.
/// </summary>
internal sealed class OrderedTable<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : IComparable<TKey>
{
    // A larger table of things is not searched by halves: each comparison of names would touch another place.
    private const int SearchedMost = 16;

    private Dictionary<TKey, TValue>? _byKey;

    /// <summary>The keys in order; to be read only.</summary>
    public List<TKey> Keys { get; } = [];

    /// <summary>The values in the order of their keys; to be read only.</summary>
    public List<TValue> Values { get; } = [];

    public int Count => Keys.Count;

    /// <summary>How often a key has come or gone.</summary>
    public int Changes { get; private set; }

    /// <summary>The value of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none, when read.</exception>
    public TValue this[TKey key]
    {
        get => TryGetValue(key, out TValue? value) ? value : throw new KeyNotFoundException($"there is no {key}");
        set
        {
            if (Find(key, out int at))
            {
                Values[at] = value;
                _byKey?[key] = value;
            }
            else
            {
                Insert(at, key, value);
            }
        }
    }

    /// <summary>Adds a value.</summary>
    /// <exception cref="ArgumentException">The key has one.</exception>
    public void Add(TKey key, TValue value)
    {
        if (Find(key, out int at))
        {
            throw new ArgumentException($"there is a {key} already", nameof(key));
        }

        Insert(at, key, value);
    }

    /// <summary>Whether there was such a key; it is gone.</summary>
    public bool Remove(TKey key)
    {
        if (!Find(key, out int at))
        {
            return false;
        }

        Changes++;
        Keys.RemoveAt(at);
        Values.RemoveAt(at);
        _byKey?.Remove(key);
        return true;
    }

    public void Clear()
    {
        Changes++;
        Keys.Clear();
        Values.Clear();
        _byKey = null;
    }

    public bool ContainsKey(TKey key) => _byKey?.ContainsKey(key) ?? Find(key, out _);

    public bool TryGetValue(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        if (_byKey is not null)
        {
            return _byKey.TryGetValue(key, out value);
        }

        bool found = Find(key, out int at);
        value = found ? Values[at] : default;
        return found;
    }

    /// <summary>The value of a key, or nothing.</summary>
    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out TValue? value) ? value : default;

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        for (int i = 0; i < Keys.Count; i++)
        {
            yield return new(Keys[i], Values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Insert(int at, TKey key, TValue value)
    {
        Changes++;
        Keys.Insert(at, key);
        Values.Insert(at, value);
        if (_byKey is not null)
        {
            _byKey.Add(key, value);
        }
        else if (Count > SearchedMost && !typeof(TValue).IsValueType)
        {
            _byKey = Keys.Zip(Values, KeyValuePair.Create).ToDictionary();
        }
    }

    // New keys mostly come last, and tables of one entry are frequent: the last place is looked at first.
    private bool Find(TKey key, out int at)
    {
        int low = 0, high = Keys.Count - 1;
        at = high + 1;
        if (high < 0)
        {
            return false;
        }

        int order = Keys[high].CompareTo(key);
        if (order <= 0)
        {
            at = order == 0 ? high : high + 1;
            return order == 0;
        }

        while (low < high)
        {
            int middle = (low + high) >>> 1;
            order = Keys[middle].CompareTo(key);
            if (order == 0)
            {
                at = middle;
                return true;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        at = low;
        return false;
    }
}
