import {
  createShards,
  find,
  insert,
  isEmpty,
  NOWHERE,
  remove,
  SHARDS,
  SHARDS_IN_BLOCK,
  type Shard,
  setValueAt,
  shrink,
  shrinkRoom,
  valueAt,
} from './shards.js'

/**
 * Names with an expiry, for a million of them at a time. A look-up takes a fraction of a
 * microsecond, and a name takes about 27 bytes, because a 64-bit fingerprint stands for it.
 *
 * The fingerprint is seeded at random in each process. The probability that a name is mistaken for
 * one of `n` other names is n / 2⁶⁴ (5 · 10⁻¹⁴ for a million). A name that was added is always
 * found.
 */
export interface ExpiryTable {
  /** Remembers a name at least until `expiresAt` (ms). `false` when it already was. */
  add(name: string, expiresAt: number): boolean
  /** Whether the name is remembered and not expired. */
  has(name: string): boolean
  /** Drops expired names, through `slots` slots; `true` when the round is not over. */
  sweep(slots: number): boolean
  /** How many names are remembered. Expired names count until they are swept. */
  readonly size: number
}

const LATEST_SECOND = 0xffff_ffff

/**
 * `name.charCodeAt(index)`. Once something in the process has extended `String`, as ioredis 6 does,
 * V8 looks the method up again with each call. That is five times as slow and doubles the cost of a
 * check.
 */
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (
  name: string,
  index: number,
) => number

export function createExpiryTable({ now }: { now: () => number }): ExpiryTable {
  const shards = createShards()
  const [seedHigh = 0, seedLow = 0] = crypto.getRandomValues(new Int32Array(2))
  let size = 0
  let sweptShard = 0
  let sweptPlace = 0
  /** The last fingerprint. It is signed, because V8 allocates memory for larger numbers. */
  let high = 0
  let low = 0

  /** Writes the name's fingerprint to `high` and `low`, and returns its shard. */
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
      if (place === NOWHERE) {
        insert(shard, high, low, expiry)
        size += 1
        return true
      }
      if (valueAt(shard, place) >= expiry) return false
      setValueAt(shard, place, expiry)
      return true
    },

    has(name) {
      if (size === 0) return false
      const shard = locate(name)
      const place = find(shard, high, low)
      return place !== NOWHERE && valueAt(shard, place) * 1000 > now()
    },

    sweep(slots) {
      const second = now() / 1000
      for (let left = slots; left > 0; left -= 1) {
        const shard = shards[sweptShard] as Shard
        if (sweptPlace <= shard.last) {
          if (isEmpty(shard, sweptPlace) || valueAt(shard, sweptPlace) > second) {
            sweptPlace += 1
          } else {
            remove(shard, sweptPlace)
            size -= 1
          }
          continue
        }
        shrink(shard)
        sweptPlace = 0
        sweptShard = (sweptShard + 1) % SHARDS
        if (sweptShard % SHARDS_IN_BLOCK === 0) shrinkRoom(shard.block)
        if (sweptShard === 0) return false
      }
      return true
    },

    get size() {
      return size
    },
  }
}

/** Spreads every bit of the input over the output (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x85eb_ca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}
