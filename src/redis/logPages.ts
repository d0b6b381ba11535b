import type { Client } from './connection.js'
import { READ_LOG } from './luaScripts.js'

/** The cursor before the first entry. */
export const START = '0-0'
/** The number of entries in the first page. It grows while they are short. */
export const FIRST_PAGE = 20
const PAGE = { growth: 8, longest: 5_000, length: 400_000 }

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
  /** How many entries it has. */
  size: number
  /** How many characters they have, about. */
  length: number
  /** The id of the last entry; `undefined` when there is none. */
  last: string | undefined
  /** Whether the entry that the reading continued from still existed right after the reading. */
  isFromThere: boolean
  /** What it has. Of a long page this takes some time, in which Redis may send the next one. */
  entries(): readonly Entry[]
}

export const lengthOf = ([, fields]: Entry) => fields.reduce((sum, each) => sum + each.length, 0)

/** How many entries the next page may have. One entry may hold hundreds of revocations. */
export function sizeAfter({ size, length }: Page, count: number): number {
  if (size === 0) return count
  const fitting = Math.max(FIRST_PAGE, Math.floor(PAGE.length / (length / size)))
  return Math.min(PAGE.longest, count * PAGE.growth, fitting)
}

/** Where to read on, and how much. */
export interface Place {
  key: string
  /** The last entry that was read. */
  from: string
  count: number
}

/** What comes in the next `waitMs`, or what came since. */
export async function readPage(
  client: Client,
  { key, from, count, waitMs }: Place & { waitMs: number },
): Promise<Page> {
  const wait = waitMs > 0 ? (['BLOCK', waitMs] as const) : []
  const [answer, fromEntry] = await Promise.all([
    client.call('xread', 'COUNT', count, ...wait, 'STREAMS', key, from),
    from === START || readEntry(client, { key, id: from }),
  ])
  // Per stream: a list of pairs, or an object if the client has `replyMapping: 'resp3'`.
  const byStream = Array.isArray(answer) ? Object.fromEntries(answer) : (answer ?? {})
  const entries = (Object.values(byStream) as Entry[][])[0] ?? []
  return pageOf(entries, fromEntry !== undefined)
}

/**
 * What came since, without waiting. It starts with the entry that the reading continues from, so one
 * command also tells whether that still exists.
 */
export async function readBatch(client: Client, { key, from, count }: Place): Promise<Page> {
  const entries = await client.xrange(key, from, '+', 'COUNT', count + 1)
  const isFirst = entries[0]?.[0] === from
  return pageOf(isFirst ? entries.slice(1) : entries, isFirst || from === START)
}

/** The same for a long page, as one text. `undefined` when the server refuses such a script. */
export async function readLong(
  client: Client,
  { key, from, count }: Place,
): Promise<Page | undefined> {
  let reply: [number, string, string, string] | [0]
  try {
    reply = (await client.eval(READ_LOG, 1, key, from, count + 1)) as typeof reply
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined
    throw error
  }
  const [size, first, last, text = ''] = reply
  const skipped = first === from ? 1 : 0
  return {
    size: size - skipped,
    length: text.length,
    last: size > skipped ? last : undefined,
    isFromThere: skipped === 1 || from === START,
    entries: () => (JSON.parse(text) as Entry[]).slice(skipped),
  }
}

const pageOf = (entries: readonly Entry[], isFromThere: boolean): Page => ({
  size: entries.length,
  length: entries.reduce((sum, entry) => sum + lengthOf(entry), 0),
  last: entries.at(-1)?.[0],
  isFromThere,
  entries: () => entries,
})
