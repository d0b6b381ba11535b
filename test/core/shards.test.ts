import { describe, expect, it } from 'vitest'
import {
  createShards,
  find,
  insert,
  NOWHERE,
  remove,
  SHARDS,
  SHARDS_IN_BLOCK,
  type Shard,
  shrink,
  shrinkRoom,
  type TagBlock,
  valueAt,
} from '../../src/core/shards.js'

const blocksOf = (shards: readonly Shard[]): TagBlock[] => [
  ...new Set(shards.map(({ block }) => block)),
]
const highOf = (number: number) => Math.imul(number + 1, 0x9e37_79b1)
const lowOf = (number: number) => Math.imul(number + 1, 0x85eb_ca6b)

function fill(shard: Shard, count: number) {
  for (let each = 0; each < count; each += 1) insert(shard, highOf(each), lowOf(each), each)
}

const missingIn = (shard: Shard, count: number) => {
  let missing = 0
  for (let each = 0; each < count; each += 1) {
    const place = find(shard, highOf(each), lowOf(each))
    if (place === NOWHERE || valueAt(shard, place) !== each) missing += 1
  }
  return missing
}

describe('the shards of a table', () => {
  it('grow without moving the tags of other blocks, so that a step stays short', () => {
    const shards = createShards()
    const blocks = blocksOf(shards)
    expect(blocks).toHaveLength(SHARDS / SHARDS_IN_BLOCK)
    const before = blocks.map(({ tags }) => tags)
    fill(shards[SHARDS_IN_BLOCK + 1] as Shard, 10_000)
    const moved = blocks.filter(({ tags }, position) => tags !== before[position])
    expect(moved).toEqual([blocks[1]])
  })

  it('keep what their neighbours in the block hold while one of them grows and shrinks', () => {
    const shards = createShards().slice(0, SHARDS_IN_BLOCK)
    const sizes = shards.map((_, position) => position * 3)
    for (const [position, shard] of shards.entries()) fill(shard, sizes[position] as number)
    const missing = () =>
      shards.map((shard, position) => missingIn(shard, sizes[position] as number))
    for (const position of [0, 7, SHARDS_IN_BLOCK - 1]) {
      const shard = shards[position] as Shard
      const size = sizes[position] as number
      for (let each = size; each < 5_000; each += 1) insert(shard, highOf(each), lowOf(each), each)
      expect(missingIn(shard, 5_000)).toBe(0)
      expect(missing()).toEqual(sizes.map(() => 0))
      for (let each = size; each < 5_000; each += 1) {
        remove(shard, find(shard, highOf(each), lowOf(each)))
      }
      shrink(shard)
      shrinkRoom(shard.block)
      expect(missing()).toEqual(sizes.map(() => 0))
      expect(find(shard, highOf(4_999), lowOf(4_999))).toBe(NOWHERE)
    }
  })

  it('free the memory that a block no longer needs', () => {
    const shards = createShards()
    const shard = shards[3] as Shard
    const least = shard.block.tags.length
    fill(shard, 5_000)
    expect(shard.block.tags.length).toBeGreaterThanOrEqual(5_000 * SHARDS_IN_BLOCK)
    for (let each = 0; each < 5_000; each += 1) {
      remove(shard, find(shard, highOf(each), lowOf(each)))
    }
    shrink(shard)
    shrinkRoom(shard.block)
    expect(shard.entries.length).toBe(shards[0]?.entries.length)
    expect(shard.block.tags.length).toBe(least)
  })
})
