/**
 * The memory of an `ExpiryTable`: fingerprints of 64 bits in two signed halves, and a number each.
 *
 * Open addressing in groups of four places: a fingerprint lies in the group that it names or, as
 * long as those are full, in one behind. A good token is not in the table, and the tags, one byte a
 * place and four to a word, say so almost always: they fit into the processor's cache where the
 * entries do not, and a whole group is compared at once, without a branch that it would guess wrong.
 */
export interface Shards {
  /**
   * Eight bits of each fingerprint in the shards' entries, never 0; 0 is an empty place. In one
   * array: one for each shard takes a look-up through two more objects, none of them in the cache.
   */
  tags: Uint8Array
  /** The same memory, a group in each. */
  groups: Int32Array
  /** How many tags there is room for in each shard: those of the largest. */
  stride: number
  readonly all: readonly Shard[]
}

/** Shards grow and shrink one by one, so no single step takes long, however many there are. */
export interface Shard {
  /** Where its tags begin. */
  first: number
  /** Its last place; the number of places is a power of two. */
  last: number
  /** Three numbers a place: the fingerprint's halves and what was put there. */
  entries: Int32Array
  used: number
}

export const SHARDS = 256
const WIDTH = 3
const GROUP = 4
const LEAST_CAPACITY = 16
const FULLEST = 0.8
const EMPTIEST = 0.125

export function createShards(): Shards {
  const tags = new Uint8Array(SHARDS * LEAST_CAPACITY)
  return {
    ...{ tags, groups: new Int32Array(tags.buffer), stride: LEAST_CAPACITY },
    all: Array.from({ length: SHARDS }, (_, position) => ({
      first: position * LEAST_CAPACITY,
      last: LEAST_CAPACITY - 1,
      entries: new Int32Array(LEAST_CAPACITY * WIDTH),
      used: 0,
    })),
  }
}

export const NOWHERE = -1

/** Where the fingerprint is, or `NOWHERE`. */
export function find(shards: Shards, shard: Shard, high: number, low: number): number {
  const { groups } = shards
  const { first, last } = shard
  const wanted = Math.imul(tagOf(high), 0x0101_0101)
  for (let place = homeOf(shard, low); ; place = (place + GROUP) & last) {
    const group = groups[(first + place) >>> 2] as number
    if (hasZeroByte(group ^ wanted)) {
      const found = findIn(shards, shard, { place, high, low })
      if (found !== NOWHERE) return found
    }
    if (hasZeroByte(group)) return NOWHERE
  }
}

interface Sought {
  /** Where the group begins. */
  place: number
  high: number
  low: number
}

/** An empty place still holds the entry that was there last: it is the tag that counts. */
function findIn({ tags }: Shards, { entries, first }: Shard, { place, high, low }: Sought): number {
  for (let at = place; at < place + GROUP; at += 1) {
    if (tags[first + at] !== tagOf(high)) continue
    if (entries[at * WIDTH] === high && entries[at * WIDTH + 1] === low) return at
  }
  return NOWHERE
}

/** What was put with the fingerprint at a place, between 0 and 2³² − 1. */
export const valueAt = ({ entries }: Shard, place: number): number =>
  (entries[place * WIDTH + 2] as number) >>> 0

export function setValueAt({ entries }: Shard, place: number, value: number): void {
  entries[place * WIDTH + 2] = value
}

export const isEmpty = ({ tags }: Shards, { first }: Shard, place: number): boolean =>
  tags[first + place] === 0

/** Puts in a fingerprint that is not there. */
export function insert(shards: Shards, shard: Shard, high: number, low: number, value: number) {
  if (shard.used + 1 > (shard.last + 1) * FULLEST) resize(shards, shard, (shard.last + 1) * 2)
  const place = emptyPlace(shards, shard, low)
  const { entries, first } = shard
  shards.tags[first + place] = tagOf(high)
  entries[place * WIDTH] = high
  entries[place * WIDTH + 1] = low
  entries[place * WIDTH + 2] = value
  shard.used += 1
}

/** Empties a place and moves up one of those behind it that would no longer be found. */
export function remove(shards: Shards, shard: Shard, place: number): void {
  const { groups, tags } = shards
  const { first, last, entries } = shard
  shard.used -= 1
  let gap = place
  let isFull = !hasZeroByte(groups[(first + gap) >>> 2] as number)
  for (let group = groupOf(gap); isFull; ) {
    group = (group + GROUP) & last
    isFull = !hasZeroByte(groups[(first + group) >>> 2] as number)
    for (let from = group; from < group + GROUP; from += 1) {
      if (isEmpty(shards, shard, from)) continue
      const low = entries[from * WIDTH + 1] as number
      // What is at home behind the gap's group has not been put off by that.
      if (((group - homeOf(shard, low)) & last) < ((group - groupOf(gap)) & last)) continue
      tags[first + gap] = tags[first + from] as number
      copyEntry(entries, from, entries, gap)
      gap = from
      break
    }
  }
  tags[first + gap] = 0
}

/** Gives back what a shard does not need any more. */
export function shrink(shards: Shards, shard: Shard): void {
  let capacity = shard.last + 1
  while (capacity > LEAST_CAPACITY && shard.used < capacity * EMPTIEST) capacity /= 2
  if (capacity <= shard.last) resize(shards, shard, capacity)
}

/** As {@link shrink}, of the room that no shard needs any more. */
export const shrinkRoom = (shards: Shards): void =>
  makeRoom(shards, Math.max(...shards.all.map(({ last }) => last + 1)))

function copyEntry(source: Int32Array, from: number, target: Int32Array, to: number) {
  for (let i = 0; i < WIDTH; i += 1) {
    target[to * WIDTH + i] = source[from * WIDTH + i] as number
  }
}

function emptyPlace(shards: Shards, shard: Shard, low: number): number {
  let place = homeOf(shard, low)
  while (!isEmpty(shards, shard, place)) place = (place + 1) & shard.last
  return place
}

/** @param capacity a power of two */
function resize(shards: Shards, shard: Shard, capacity: number) {
  makeRoom(shards, Math.max(capacity, shards.stride))
  const { first, entries } = shard
  const tags = shards.tags.slice(first, first + shard.last + 1)
  shards.tags.fill(0, first, first + tags.length)
  shard.last = capacity - 1
  shard.entries = new Int32Array(capacity * WIDTH)
  for (let from = 0; from < tags.length; from += 1) {
    const tag = tags[from] as number
    if (tag === 0) continue
    const to = emptyPlace(shards, shard, entries[from * WIDTH + 1] as number)
    shards.tags[first + to] = tag
    copyEntry(entries, from, shard.entries, to)
  }
}

/** Room for so many tags in each shard. Only bytes are moved: a millisecond for a million of them. */
function makeRoom(shards: Shards, stride: number) {
  if (stride === shards.stride) return
  const tags = new Uint8Array(SHARDS * stride)
  for (const [position, shard] of shards.all.entries()) {
    tags.set(shards.tags.subarray(shard.first, shard.first + shard.last + 1), position * stride)
    shard.first = position * stride
  }
  Object.assign(shards, { tags, groups: new Int32Array(tags.buffer), stride })
}

/** Not the bits by which the shard is chosen. */
const tagOf = (high: number) => high & 0xff || 1

const groupOf = (place: number) => place & -GROUP

const homeOf = ({ last }: Shard, low: number) => groupOf(low & last)

const hasZeroByte = (word: number) => ((word - 0x0101_0101) & ~word & 0x8080_8080) !== 0
