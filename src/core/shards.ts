/**
 * A part of an `ExpiryTable`: 64-bit fingerprints in two signed halves, each with a number. Shards
 * grow and shrink one at a time, so no single step takes long, however many names there are.
 *
 * It uses open addressing in groups of four slots. A fingerprint lies in its home group or, if that
 * is full, in a later one. A good token is usually not in the table, and the tags nearly always
 * show that. A tag is one byte per slot, so a word holds a group of four. Tags fit into the
 * processor's cache where the entries do not, and a whole group is compared at once, without a
 * branch that the processor could mispredict.
 */
export interface Shard {
  readonly block: TagBlock
  /** The `groups` of its block, because a look-up must not load one more object. */
  groups: Int32Array
  /** The index of its first tag in the block. */
  first: number
  /** Its last slot. The number of slots is a power of two. */
  last: number
  /** Three numbers per slot: the two halves of the fingerprint and its value. */
  entries: Int32Array
  used: number
}

/**
 * The tags of some shards in one array, because an array per shard would cost each look-up more
 * uncached objects. They move when a shard needs more room. So not all shards share one array: for
 * ten million names that is 16 MB.
 */
export interface TagBlock {
  /** Eight bits of each fingerprint in the shards' entries, never 0; 0 marks an empty slot. */
  tags: Uint8Array
  /** The same memory as one word per group. */
  groups: Int32Array
  /** How many tags each shard has room for: as many as the largest shard needs. */
  stride: number
  readonly shards: readonly Shard[]
}

export const SHARDS = 256
export const SHARDS_IN_BLOCK = 16
const WIDTH = 3
const GROUP = 4
const LEAST_CAPACITY = 16
const FULLEST = 0.8
const EMPTIEST = 0.125

export const createShards = (): readonly Shard[] =>
  Array.from({ length: SHARDS / SHARDS_IN_BLOCK }, createBlock).flatMap(({ shards }) => shards)

function createBlock(): TagBlock {
  const tags = new Uint8Array(SHARDS_IN_BLOCK * LEAST_CAPACITY)
  const shards: Shard[] = []
  const groups = new Int32Array(tags.buffer)
  const block = { tags, groups, stride: LEAST_CAPACITY, shards }
  for (let first = 0; first < tags.length; first += LEAST_CAPACITY) {
    const entries = new Int32Array(LEAST_CAPACITY * WIDTH)
    shards.push({ block, groups, first, last: LEAST_CAPACITY - 1, entries, used: 0 })
  }
  return block
}

export const NOWHERE = -1

/** The slot of the fingerprint, or `NOWHERE`. */
export function find(shard: Shard, high: number, low: number): number {
  const { groups, first, last } = shard
  const wanted = Math.imul(tagOf(high), 0x0101_0101)
  for (let place = homeOf(shard, low); ; place = (place + GROUP) & last) {
    const group = groups[(first + place) >>> 2] as number
    if (hasZeroByte(group ^ wanted)) {
      const found = findIn(shard, { place, high, low })
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
function findIn({ block, entries, first }: Shard, { place, high, low }: Sought): number {
  const { tags } = block
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

export const isEmpty = ({ block, first }: Shard, place: number): boolean =>
  block.tags[first + place] === 0

/** Inserts a fingerprint that is not in the table. */
export function insert(shard: Shard, high: number, low: number, value: number) {
  if (shard.used + 1 > (shard.last + 1) * FULLEST) resize(shard, (shard.last + 1) * 2)
  const place = emptyPlace(shard, low)
  const { block, entries, first } = shard
  block.tags[first + place] = tagOf(high)
  entries[place * WIDTH] = high
  entries[place * WIDTH + 1] = low
  entries[place * WIDTH + 2] = value
  shard.used += 1
}

/**
 * Empties a slot. It moves a later entry into the gap if a look-up would no longer find that entry.
 */
export function remove(shard: Shard, place: number): void {
  const { block, first, last, entries } = shard
  const { groups, tags } = block
  shard.used -= 1
  let gap = place
  let isFull = !hasZeroByte(groups[(first + gap) >>> 2] as number)
  for (let group = groupOf(gap); isFull; ) {
    group = (group + GROUP) & last
    isFull = !hasZeroByte(groups[(first + group) >>> 2] as number)
    for (let from = group; from < group + GROUP; from += 1) {
      if (isEmpty(shard, from)) continue
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
export function shrink(shard: Shard): void {
  let capacity = shard.last + 1
  while (capacity > LEAST_CAPACITY && shard.used < capacity * EMPTIEST) capacity /= 2
  if (capacity <= shard.last) resize(shard, capacity)
}

/** Like {@link shrink}, for the room for tags that no shard of the block needs any more. */
export const shrinkRoom = (block: TagBlock): void =>
  makeRoom(block, Math.max(...block.shards.map(({ last }) => last + 1)))

function copyEntry(source: Int32Array, from: number, target: Int32Array, to: number) {
  for (let i = 0; i < WIDTH; i += 1) {
    target[to * WIDTH + i] = source[from * WIDTH + i] as number
  }
}

function emptyPlace(shard: Shard, low: number): number {
  let place = homeOf(shard, low)
  while (!isEmpty(shard, place)) place = (place + 1) & shard.last
  return place
}

/** @param capacity a power of two */
function resize(shard: Shard, capacity: number) {
  const { block, entries } = shard
  makeRoom(block, Math.max(capacity, block.stride))
  const { first } = shard
  const tags = block.tags.slice(first, first + shard.last + 1)
  block.tags.fill(0, first, first + tags.length)
  shard.last = capacity - 1
  shard.entries = new Int32Array(capacity * WIDTH)
  for (let from = 0; from < tags.length; from += 1) {
    const tag = tags[from] as number
    if (tag === 0) continue
    const to = emptyPlace(shard, entries[from * WIDTH + 1] as number)
    block.tags[first + to] = tag
    copyEntry(entries, from, shard.entries, to)
  }
}

/** Makes room for this many tags in each shard. It moves only bytes. */
function makeRoom(block: TagBlock, stride: number) {
  if (stride === block.stride) return
  const tags = new Uint8Array(SHARDS_IN_BLOCK * stride)
  const groups = new Int32Array(tags.buffer)
  for (const [position, shard] of block.shards.entries()) {
    tags.set(block.tags.subarray(shard.first, shard.first + shard.last + 1), position * stride)
    shard.first = position * stride
    shard.groups = groups
  }
  Object.assign(block, { tags, groups, stride })
}

/** Uses other bits than the choice of the shard does. */
const tagOf = (high: number) => high & 0xff || 1

const groupOf = (place: number) => place & -GROUP

const homeOf = ({ last }: Shard, low: number) => groupOf(low & last)

const hasZeroByte = (word: number) => ((word - 0x0101_0101) & ~word & 0x8080_8080) !== 0
