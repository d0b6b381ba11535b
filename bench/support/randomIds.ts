import { randomFillSync } from 'node:crypto'

const AT_ONCE = 4_096
const HEX = Buffer.from('0123456789abcdef')
/** The positions of the digits in a UUID. The version is at 14, the variant at 19. */
const PLACES = [...Array(36).keys()].filter((at) => ![8, 13, 14, 18, 19, 23].includes(at))
const TEMPLATE = Buffer.from('00000000-0000-7000-8000-000000000000')

/**
 * Makes `count` random ids in the form of a UUIDv7, about ten times as fast as real ones. Ten
 * million take seconds, not minutes.
 */
export function forEachRandomId(count: number, take: (id: string) => void): void {
  const text = Buffer.from(TEMPLATE)
  const random = Buffer.alloc(AT_ONCE * 16)
  for (let index = 0; index < count; index += 1) {
    const offset = (index % AT_ONCE) * 16
    if (offset === 0) randomFillSync(random)
    for (let digit = 0; digit < PLACES.length; digit += 1) {
      const byte = random[offset + (digit >> 1)] as number
      text[PLACES[digit] as number] = HEX[digit & 1 ? byte >> 4 : byte & 15] as number
    }
    take(text.toString('latin1'))
  }
}

export function randomIds(count: number): string[] {
  const ids: string[] = []
  forEachRandomId(count, (id) => ids.push(id))
  return ids
}
