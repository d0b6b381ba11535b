import type { Client } from './connection.js'

/** The cursor before the first entry. */
export const START = '0-0'
/** The number of entries in the first page. It grows while they are short. */
export const FIRST_PAGE = 20
const PAGE = { growth: 8, longest: 5_000, length: 750_000 }

/** The fields of the entry with exactly this id; `undefined` when it is gone. */
export async function readEntry(
  client: Client,
  { key, id }: { key: string; id: string },
): Promise<readonly string[] | undefined> {
  const [entry] = await client.xrange(key, id, id)
  return entry?.[1]
}

/** The time in an entry's id, by the clock of Redis: milliseconds since the epoch. */
export const timeOf = (id: string): number => Number(id.slice(0, id.indexOf('-')))

export type Entry = [id: string, fields: string[]]

export interface Page {
  entries: Entry[]
  /** Whether the entry that the reading continued from still existed right after the reading. */
  isFromThere: boolean
  /** Whether there may be more. */
  isFull: boolean
}

export const lengthOf = ([, fields]: Entry) => fields.reduce((sum, each) => sum + each.length, 0)

/** How many entries the next page may have. One entry may hold hundreds of revocations. */
export function sizeAfter(entries: readonly Entry[], count: number): number {
  if (entries.length === 0) return count
  const length = entries.reduce((sum, entry) => sum + lengthOf(entry), 0) / entries.length
  const fitting = Math.max(FIRST_PAGE, Math.floor(PAGE.length / length))
  return Math.min(PAGE.longest, count * PAGE.growth, fitting)
}

export async function readPage(
  client: Client,
  { key, from, count, waitMs }: { key: string; from: string; count: number; waitMs: number },
): Promise<Omit<Page, 'isFull'>> {
  const wait = waitMs > 0 ? (['BLOCK', waitMs] as const) : []
  const [answer, fromEntry] = await Promise.all([
    client.call('xread', 'COUNT', count, ...wait, 'STREAMS', key, from),
    from === START || readEntry(client, { key, id: from }),
  ])
  // Per stream: a list of pairs, or an object if the client has `replyMapping: 'resp3'`.
  const byStream = Array.isArray(answer) ? Object.fromEntries(answer) : (answer ?? {})
  const entries = (Object.values(byStream) as Entry[][])[0] ?? []
  return { entries, isFromThere: fromEntry !== undefined }
}

/**
 * What came since, without waiting. It starts with the entry that the reading continues from, so one
 * command also tells whether that still exists.
 */
export async function readBatch(
  client: Client,
  { key, from, count }: { key: string; from: string; count: number },
): Promise<Omit<Page, 'isFull'>> {
  const entries = await client.xrange(key, from, '+', 'COUNT', count + 1)
  const isFirst = entries[0]?.[0] === from
  return { entries: isFirst ? entries.slice(1) : entries, isFromThere: isFirst || from === START }
}
