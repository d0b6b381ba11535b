/**
 * The memory of an `ExpiryTable`: 64-bit fingerprints in two signed halves, each with a number.
 *
 * It uses open addressing in groups of four slots. A fingerprint lies in its home group or, if that
 * is full, in a later one. A good token is usually not in the table, and the tags nearly always
 * show that. A tag is one byte per slot, so a word holds a group of four. Tags fit into the
 * processor's cache where the entries do not, and a whole group is compared at once, without a
 * branch that the processor could mispredict.
 */
export interface Shards {
  /**
   * Eight bits of each fingerprint in the shards' entries, never 0; 0 marks an empty slot. All tags
   * are in one array, because an array per shard would cost each look-up two more uncached objects.
   */
  tags: Uint8Array
  /** The same memory as one word per group. */
  groups: Int32Array
  /** How many tags each shard has room for: as many as the largest shard needs. */
  stride: number
  readonly all: readonly Shard[]
}

/**
 * Shards grow and shrink one at a time, so no single step takes long, however many names there are.
 */
export interface Shard {
  /** The index of its first tag. */
  first: number
  /** Its last slot. The number of slots is a power of two. */
  last: number
  /** Three numbers per slot: the two halves of the fingerprint and its value. */
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

/** The slot of the fingerprint, or `NOWHERE`. */
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
  /** The first slot of the group. */
  place: number
  high: number
  low: number
}

/** An empty slot still contains its last entry, so the tag decides. */
function findIn({ tags }: Shards, { entries, first }: Shard, { place, high, low }: Sought): number {
  for (let at = place; at < place + GROUP; at += 1) {
    if (tags[first + at] !== tagOf(high)) continue
    if (entries[at * WIDTH] === high && entries[at * WIDTH + 1] === low) return at
  }
  return NOWHERE
}

/** The value of a slot, between 0 and 2³² − 1. */
export const valueAt = ({ entries }: Shard, place: number): number =>
  (entries[place * WIDTH + 2] as number) >>> 0

export function setValueAt({ entries }: Shard, place: number, value: number): void {
  entries[place * WIDTH + 2] = value
}

export const isEmpty = ({ tags }: Shards, { first }: Shard, place: number): boolean =>
  tags[first + place] === 0

/** Inserts a fingerprint that is not in the table. */
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

/**
 * Empties a slot. It moves a later entry into the gap if a look-up would no longer find that entry.
 */
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
      // An entry whose home lies after the gap's group was not displaced by that group.
      if (((group - homeOf(shard, low)) & last) < ((group - groupOf(gap)) & last)) continue
      tags[first + gap] = tags[first + from] as number
      copyEntry(entries, from, entries, gap)
      gap = from
      break
    }
  }
  tags[first + gap] = 0
}

/** Frees the memory that a shard no longer needs. */
export function shrink(shards: Shards, shard: Shard): void {
  let capacity = shard.last + 1
  while (capacity > LEAST_CAPACITY && shard.used < capacity * EMPTIEST) capacity /= 2
  if (capacity <= shard.last) resize(shards, shard, capacity)
}

/** Like {@link shrink}, for the room for tags that no shard needs any more. */
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

/**
 * Makes room for this many tags in each shard. It moves only bytes: one millisecond for a million
 * tags.
 */
function makeRoom(shards: Shards, stride: number) {
  if (stride === shards.stride) return
  const tags = new Uint8Array(SHARDS * stride)
  for (const [position, shard] of shards.all.entries()) {
    tags.set(shards.tags.subarray(shard.first, shard.first + shard.last + 1), position * stride)
    shard.first = position * stride
  }
  Object.assign(shards, { tags, groups: new Int32Array(tags.buffer), stride })
}

/** Uses other bits than the choice of the shard does. */
const tagOf = (high: number) => high & 0xff || 1

const groupOf = (place: number) => place & -GROUP

const homeOf = ({ last }: Shard, low: number) => groupOf(low & last)

const hasZeroByte = (word: number) => ((word - 0x0101_0101) & ~word & 0x8080_8080) !== 0
