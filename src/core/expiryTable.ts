/**
 * Names with an expiry, for a million of them at a time: a look-up takes a fraction of a
 * microsecond and a name some 25 bytes, since a 64-bit fingerprint stands for it.
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

/** Open addressing with linear probing; a place is [high, low, expiry in s], empty when 0. */
interface Shard {
  places: Uint32Array
  used: number
}

/** Shards grow and shrink one by one, so no single step takes long, however many names there are. */
const SHARDS = 256
const WIDTH = 3
const LEAST_CAPACITY = 16
const FULLEST = 0.8
const EMPTIEST = 0.125
const LATEST_SECOND = 0xffff_ffff

export function createExpiryTable({ now }: { now: () => number }): ExpiryTable {
  const shards: Shard[] = Array.from({ length: SHARDS }, emptyShard)
  const seeds = crypto.getRandomValues(new Uint32Array(2))
  const [seedHigh = 0, seedLow = 0] = seeds
  let size = 0
  let sweptShard = 0
  let sweptPlace = 0
  let high = 0
  let low = 0

  /** Leaves the name's fingerprint in `high` and `low`, and gives its shard. */
  const locate = (name: string): Shard => {
    let a = seedHigh
    let b = seedLow
    for (let i = 0; i < name.length; i += 1) {
      const code = name.charCodeAt(i)
      a = Math.imul(a ^ code, 0x9e37_79b1)
      b = Math.imul(b ^ code, 0x5f35_6495)
      a = (a << 13) | (a >>> 19)
    }
    high = mix(a ^ Math.imul(b, 0x85eb_ca6b))
    low = mix(b ^ Math.imul(high, 0xc2b2_ae35) ^ name.length)
    return shards[high >>> 24] as Shard
  }

  return {
    add(name, expiresAt) {
      const expiry = Math.min(Math.ceil(expiresAt / 1000), LATEST_SECOND)
      if (expiry * 1000 <= now()) return false
      const shard = locate(name)
      const place = find(shard.places, high, low)
      const known = shard.places[place + 2] as number
      if (known >= expiry) return false
      put(shard.places, place, high, low, expiry)
      if (known !== 0) return true
      size += 1
      shard.used += 1
      if (shard.used > capacityOf(shard) * FULLEST) resize(shard, capacityOf(shard) * 2)
      return true
    },

    has(name) {
      if (size === 0) return false
      const { places } = locate(name)
      const expiry = places[find(places, high, low) + 2] as number
      return expiry !== 0 && expiry * 1000 > now()
    },

    sweep(slots) {
      const second = now() / 1000
      for (let left = slots; left > 0; left -= 1) {
        const shard = shards[sweptShard] as Shard
        if (sweptPlace < shard.places.length) {
          const expiry = shard.places[sweptPlace + 2] as number
          if (expiry === 0 || expiry > second) {
            sweptPlace += WIDTH
          } else {
            remove(shard.places, sweptPlace)
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

const emptyShard = (): Shard => ({ places: new Uint32Array(LEAST_CAPACITY * WIDTH), used: 0 })

const capacityOf = ({ places }: Shard) => places.length / WIDTH

/** Where the fingerprint is, or the empty place where it would go. */
function find(places: Uint32Array, high: number, low: number): number {
  let place = homeOf(places, low)
  while (places[place + 2] !== 0 && (places[place] !== high || places[place + 1] !== low)) {
    place += WIDTH
    if (place === places.length) place = 0
  }
  return place
}

/** Capacities are powers of two. */
const homeOf = (places: Uint32Array, low: number) => (low & (places.length / WIDTH - 1)) * WIDTH

function put(places: Uint32Array, place: number, high: number, low: number, expiry: number) {
  places[place] = high
  places[place + 1] = low
  places[place + 2] = expiry
}

/** Empties a place and moves up those behind it that would no longer be found. */
function remove(places: Uint32Array, from: number) {
  let gap = from
  for (let place = next(places, gap); places[place + 2] !== 0; place = next(places, place)) {
    const home = homeOf(places, places[place + 1] as number)
    const isReachable = gap < place ? home > gap && home <= place : home > gap || home <= place
    if (isReachable) continue
    places.copyWithin(gap, place, place + WIDTH)
    gap = place
  }
  places[gap + 2] = 0
}

const next = (places: Uint32Array, place: number) =>
  place + WIDTH === places.length ? 0 : place + WIDTH

function shrink(shard: Shard) {
  let capacity = capacityOf(shard)
  while (capacity > LEAST_CAPACITY && shard.used < capacity * EMPTIEST) capacity /= 2
  if (capacity !== capacityOf(shard)) resize(shard, capacity)
}

function resize(shard: Shard, capacity: number) {
  const before = shard.places
  const places = new Uint32Array(capacity * WIDTH)
  for (let place = 0; place < before.length; place += WIDTH) {
    const expiry = before[place + 2] as number
    if (expiry === 0) continue
    const high = before[place] as number
    const low = before[place + 1] as number
    put(places, find(places, high, low), high, low, expiry)
  }
  shard.places = places
}

/** Spreads every bit of the input over the output (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x85eb_ca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
