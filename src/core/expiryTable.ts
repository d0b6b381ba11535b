/**
 * Names with an expiry, for a million of them at a time: a look-up takes a fraction of a
 * microsecond and a name some 27 bytes, since a 64-bit fingerprint stands for it.
 *
 * The fingerprint is seeded at random in each process. That a name which was never added is
 * taken for one of `n` that were has the probability n / 2⁶⁴ (5 · 10⁻¹⁴ with a million); the
 * other way round there is no error.
 */
export interface ExpiryTable {
  /** Remembers a name at least until `expiresAt` (ms). `false` when it already was, that long. */
  add(name: string, expiresAt: number): boolean
  /** Whether the name is remembered and not expired. */
  has(name: string): boolean
  /** Goes on dropping what expired, through `slots` places; `true` when the round is not over. */
  sweep(slots: number): boolean
  /** How many are remembered; what expired and was not yet swept counts. */
  readonly size: number
}

/**
 * Open addressing with linear probing. A good token is not in the table, and the tags, one byte
 * a place, say so almost always: they fit into the processor's cache where the entries do not.
 */
interface Shard {
  /** Eight bits of the fingerprint in `entries` at the same place, never 0; 0 is an empty place. */
  tags: Uint8Array
  /** Three numbers a place: the fingerprint's halves and the expiry in seconds. */
  entries: Int32Array
  used: number
}

/** Shards grow and shrink one by one, so no single step takes long, however many names there are. */
const SHARDS = 256
const WIDTH = 3
const LEAST_CAPACITY = 16
const FULLEST = 0.8
const EMPTIEST = 0.125
const LATEST_SECOND = 0xffff_ffff

/**
 * `name.charCodeAt(index)`. Once anything in the process has extended `String`, as ioredis 6 does,
 * V8 looks the method up anew with each call: five times as slow, which is a check's whole cost.
 */
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (
  name: string,
  index: number,
) => number

export function createExpiryTable({ now }: { now: () => number }): ExpiryTable {
  const shards = Array.from({ length: SHARDS }, () => emptyShard(LEAST_CAPACITY))
  const [seedHigh = 0, seedLow = 0] = crypto.getRandomValues(new Int32Array(2))
  let size = 0
  let sweptShard = 0
  let sweptPlace = 0
  /** The fingerprint that was made last; signed, since V8 allocates for larger numbers. */
  let high = 0
  let low = 0

  /** Leaves the name's fingerprint in `high` and `low`, and gives its shard. */
  const locate = (name: string): Shard => {
    const { length } = name
    let a = seedHigh
    let b = seedLow
    for (let i = 0; i < length; i += 2) {
      const second = i + 1 < length ? codeAt(name, i + 1) : 0
      const pair = codeAt(name, i) | (second << 16)
      a = Math.imul(a ^ pair, 0x9e37_79b1)
      b = Math.imul(b ^ pair, 0x5f35_6495)
      a = (a << 13) | (a >>> 19)
      b = (b << 17) | (b >>> 15)
    }
    high = mix(a ^ Math.imul(b, 0x85eb_ca6b))
    low = mix(b ^ Math.imul(high, 0xc2b2_ae35) ^ length)
    return shards[high >>> 24] as Shard
  }

  return {
    add(name, expiresAt) {
      const expiry = Math.min(Math.ceil(expiresAt / 1000), LATEST_SECOND)
      if (expiry * 1000 <= now()) return false
      const shard = locate(name)
      const place = find(shard, high, low)
      if (shard.tags[place] !== 0) {
        if (expiryAt(shard, place) >= expiry) return false
        put(shard, place, high, low, expiry)
        return true
      }
      put(shard, place, high, low, expiry)
      size += 1
      shard.used += 1
      const capacity = shard.tags.length
      if (shard.used > capacity * FULLEST) resize(shard, capacity * 2)
      return true
    },

    has(name) {
      if (size === 0) return false
      const shard = locate(name)
      const place = find(shard, high, low)
      return shard.tags[place] !== 0 && expiryAt(shard, place) * 1000 > now()
    },

    sweep(slots) {
      const second = now() / 1000
      for (let left = slots; left > 0; left -= 1) {
        const shard = shards[sweptShard] as Shard
        if (sweptPlace < shard.tags.length) {
          if (shard.tags[sweptPlace] === 0 || expiryAt(shard, sweptPlace) > second) {
            sweptPlace += 1
          } else {
            remove(shard, sweptPlace)
            shard.used -= 1
            size -= 1
          }
          continue
        }
        shrink(shard)
        sweptPlace = 0
        sweptShard = (sweptShard + 1) % SHARDS
        if (sweptShard === 0) return false
      }
      return true
    },

    get size() {
      return size
    },
  }
}

/** @param capacity a power of two */
const emptyShard = (capacity: number): Shard => ({
  tags: new Uint8Array(capacity),
  entries: new Int32Array(capacity * WIDTH),
  used: 0,
})

/** Where the fingerprint is, or the empty place where it would go. */
function find({ tags, entries }: Shard, high: number, low: number): number {
  const last = tags.length - 1
  const wanted = tagOf(high)
  for (let place = low & last; ; place = (place + 1) & last) {
    const tag = tags[place]
    if (tag === 0) return place
    if (tag !== wanted) continue
    if (entries[place * WIDTH] === high && entries[place * WIDTH + 1] === low) return place
  }
}

/** Not the bits by which the shard was chosen. */
const tagOf = (high: number) => high & 0xff || 1

const expiryAt = ({ entries }: Shard, place: number) => (entries[place * WIDTH + 2] as number) >>> 0

function put({ tags, entries }: Shard, place: number, high: number, low: number, expiry: number) {
  tags[place] = tagOf(high)
  entries[place * WIDTH] = high
  entries[place * WIDTH + 1] = low
  entries[place * WIDTH + 2] = expiry
}

/** Empties a place and moves up those behind it that would no longer be found. */
function remove(shard: Shard, from: number) {
  const { tags, entries } = shard
  const last = tags.length - 1
  let gap = from
  for (let place = (gap + 1) & last; tags[place] !== 0; place = (place + 1) & last) {
    const low = entries[place * WIDTH + 1] as number
    const home = low & last
    // What sits nearer to its home than the gap lies would be moved in front of its home.
    if (((place - home) & last) < ((place - gap) & last)) continue
    put(shard, gap, entries[place * WIDTH] as number, low, expiryAt(shard, place))
    gap = place
  }
  tags[gap] = 0
}

function shrink(shard: Shard) {
  let capacity = shard.tags.length
  while (capacity > LEAST_CAPACITY && shard.used < capacity * EMPTIEST) capacity /= 2
  if (capacity !== shard.tags.length) resize(shard, capacity)
}

function resize(shard: Shard, capacity: number) {
  const { tags, entries, used } = shard
  const resized = emptyShard(capacity)
  for (let place = 0; place < tags.length; place += 1) {
    if (tags[place] === 0) continue
    const high = entries[place * WIDTH] as number
    const low = entries[place * WIDTH + 1] as number
    put(resized, find(resized, high, low), high, low, expiryAt(shard, place))
  }
  Object.assign(shard, resized, { used })
}

/** Spreads every bit of the input over the output (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x85eb_ca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}
