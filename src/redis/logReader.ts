import { setTimeout as pause } from 'node:timers/promises'
import type { Revocation } from '../core/revocation.js'
import type { Client, Connection } from './connection.js'
import { fromLogEntry, isMark } from './logEntry.js'
import { createPace } from './pace.js'

/** Reads the log from a cursor on. */
export interface LogReader {
  /**
   * Hands over everything after the cursor, page by page, and then what arrives in the next
   * `waitMs`: at once, or in batches if there is much (see `pace.ts`). It takes that long even if a
   * server or a proxy ignores `BLOCK`.
   */
  readOn(waitMs: number): Promise<void>
  /** Starts again at the first entry. */
  rewind(): void
  /** Whether the last `readOn` read in batches, because there was much news. */
  readonly isBusy: boolean
  /** The id of the last entry that was read; `0-0` before the first. */
  readonly cursor: string
  /** The entries that `readOn` continued from and that were gone by then. */
  readonly gone: readonly string[]
  /** The id of the last entry that this release cannot read and that may be a revocation. */
  readonly unreadable: string | undefined
}

export interface LogReaderOptions {
  connection: Connection
  key: string
  learn(revocations: readonly Revocation[]): void
}

/** The cursor before the first entry. */
export const START = '0-0'
const PAGE = 5_000
const SLICE = 500
/** A page may come over a slow line. */
const PAGE_LIMIT_MS = 2_500
/** An empty answer that comes earlier than this shows that `BLOCK` was ignored. */
const EARLY_MS = 20
/** The pause between questions when `BLOCK` is ignored. */
const ASK_AGAIN_MS = 250

export function createLogReader({ connection, key, learn }: LogReaderOptions): LogReader {
  let cursor = START
  let gone: string[] = []
  let unreadable: string | undefined
  const pace = createPace()
  /** When the next reading may begin. */
  let dueAt = 0
  let isBusy = false

  const take = (entries: readonly Entry[]) => {
    const revocations: Revocation[] = []
    for (const [id, fields] of entries) {
      const revocation = fromLogEntry(fields)
      if (revocation) revocations.push(revocation)
      else if (!isMark(fields)) unreadable = id
    }
    learn(revocations)
  }

  /** In slices, so that other work of the process may run in between. */
  const takeAll = async (entries: readonly Entry[]) => {
    for (let i = 0; i < entries.length; i += SLICE) {
      if (i > 0) await new Promise((resolve) => setImmediate(resolve))
      take(entries.slice(i, i + SLICE))
    }
  }

  const page = (from: string, waitMs: number) =>
    connection.run((client) => readPage(client, { key, from, waitMs }), waitMs + PAGE_LIMIT_MS)

  const nextBatch = async () => {
    isBusy = true
    await pauseFor(dueAt - performance.now())
    return connection.run((client) => readBatch(client, { key, from: cursor }), PAGE_LIMIT_MS)
  }

  return {
    async readOn(waitMs) {
      const end = performance.now() + waitMs
      const leftMs = () => Math.max(0, Math.ceil(end - performance.now()))
      const isEarly = () => waitMs > 0 && performance.now() < dueAt
      gone = []
      isBusy = false
      let isBatch = isEarly()
      for (let next = isBatch ? nextBatch() : page(cursor, waitMs); ; ) {
        const { entries, isFromThere } = await next
        if (!isFromThere) gone.push(cursor)
        const last = entries.at(-1)?.[0]
        if (last === undefined) {
          if (leftMs() <= EARLY_MS) return
          if (!isBatch) await pauseFor(Math.min(leftMs(), ASK_AGAIN_MS))
          isBatch = false
          next = page(cursor, leftMs())
        } else if (entries.length >= PAGE) {
          // Redis sends the next page while this one is processed.
          isBatch = false
          next = page(last, 0)
          next.catch(() => {})
          await takeAll(entries)
          cursor = last
        } else {
          await takeAll(entries)
          cursor = last
          dueAt = pace.next()
          if (end <= Math.max(dueAt, performance.now())) return
          isBatch = isEarly()
          next = isBatch ? nextBatch() : page(cursor, leftMs())
        }
      }
    },
    rewind() {
      cursor = START
      unreadable = undefined
    },
    get unreadable() {
      return unreadable
    },
    get isBusy() {
      return isBusy
    },
    get cursor() {
      return cursor
    },
    get gone() {
      return gone
    },
  }
}

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

type Entry = [id: string, fields: string[]]

interface Page {
  entries: Entry[]
  /** Whether the entry that the reading continued from still existed right after the reading. */
  isFromThere: boolean
}

async function readPage(
  client: Client,
  { key, from, waitMs }: { key: string; from: string; waitMs: number },
): Promise<Page> {
  const wait = waitMs > 0 ? (['BLOCK', waitMs] as const) : []
  const [answer, fromEntry] = await Promise.all([
    client.call('xread', 'COUNT', PAGE, ...wait, 'STREAMS', key, from),
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
async function readBatch(
  client: Client,
  { key, from }: { key: string; from: string },
): Promise<Page> {
  const entries = await client.xrange(key, from, '+', 'COUNT', PAGE + 1)
  const isFirst = entries[0]?.[0] === from
  return { entries: isFirst ? entries.slice(1) : entries, isFromThere: isFirst || from === START }
}

const pauseFor = (ms: number) => pause(Math.max(0, ms), undefined, { ref: false })
