import { setTimeout as pause } from 'node:timers/promises'
import type { Revocation } from '../core/revocation.js'
import type { Client, Connection } from './connection.js'
import type { Epoch } from './epoch.js'
import { isMark } from './logEntry.js'
import {
  type Entry,
  FIRST_PAGE,
  lengthOf,
  type Page,
  readBatch,
  readLong,
  readPage,
  START,
  sizeAfter,
} from './logPages.js'
import { createPace } from './pace.js'
import { revocationsIn } from './packedEntry.js'

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
  /** Whether everything since the mark of this filling was read, up to the cursor. */
  hasReadSince(filling: Pick<Epoch, 'mark' | 'markId'>): boolean
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
  /** Whether the follower was told otherwise what the entry with this id contains. */
  isKnown(id: string): boolean
}

/** In characters of entries: 500 packed revocations, or 200 single ones. */
const SLICE_LENGTH = 28_000
/** A page may come over a slow line. */
const PAGE_LIMIT_MS = 2_500
/** An empty answer that comes earlier than this shows that `BLOCK` was ignored. */
const EARLY_MS = 20
/** The pause between questions when `BLOCK` is ignored. */
const ASK_AGAIN_MS = 250

export function createLogReader({ connection, key, learn, isKnown }: LogReaderOptions): LogReader {
  let cursor = START
  let gone: string[] = []
  let unreadable: string | undefined
  /** The marks that were read, by their ids, since an entry was missed. */
  const marks = new Map<string, string | undefined>()
  const pace = createPace()
  let pageSize = FIRST_PAGE
  /** When the next reading may begin. */
  let dueAt = 0
  let isBusy = false
  /** Until a server refuses it, and answers the plain command. */
  let canReadLong = true

  const take = (entries: readonly Entry[]) => {
    const revocations: Revocation[] = []
    for (const [id, fields] of entries) {
      const found = isMark(fields) || isKnown(id) ? [] : revocationsIn(fields)
      if (isMark(fields)) marks.set(id, fields[1])
      else if (!found) unreadable = id
      for (const each of found ?? []) revocations.push(each)
    }
    learn(revocations)
  }

  /** In slices, so that other work of the process may run in between. */
  const takeAll = async (entries: readonly Entry[]) => {
    for (let i = 0; i < entries.length; ) {
      if (i > 0) await new Promise((resolve) => setImmediate(resolve))
      const begin = i
      for (let length = 0; i < entries.length && length < SLICE_LENGTH; i += 1) {
        length += lengthOf(entries[i] as Entry)
      }
      take(entries.slice(begin, i))
    }
  }

  const read = async (work: (client: Client, count: number) => Promise<Page>, waitMs: number) => {
    const count = pageSize
    try {
      const page = await connection.run((client) => work(client, count), waitMs + PAGE_LIMIT_MS)
      pageSize = sizeAfter(page, count)
      return { ...page, isFull: page.size >= count }
    } catch (error) {
      // It may have been too long for this line.
      pageSize = FIRST_PAGE
      throw error
    }
  }

  const page = (from: string, waitMs: number) =>
    read((client, count) => readPage(client, { key, from, count, waitMs }), waitMs)

  /** The page after a full one. There may be many more. */
  const nextPage = (from: string) =>
    read(async (client, count) => {
      const long = canReadLong ? await readLong(client, { key, from, count }) : undefined
      if (long) return long
      const plain = await readPage(client, { key, from, count, waitMs: 0 })
      canReadLong = false
      return plain
    }, 0)

  const nextBatch = async () => {
    isBusy = true
    await pauseFor(dueAt - performance.now())
    return read((client, count) => readBatch(client, { key, from: cursor, count }), 0)
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
        const { entries, last, isFromThere, isFull } = await next
        if (!isFromThere) {
          gone.push(cursor)
          marks.clear()
        }
        if (last === undefined) {
          if (leftMs() <= EARLY_MS) return
          if (!isBatch) await pauseFor(Math.min(leftMs(), ASK_AGAIN_MS))
          isBatch = false
          next = page(cursor, leftMs())
        } else if (isFull) {
          // Redis sends the next page while this one is processed.
          isBatch = false
          next = nextPage(last)
          next.catch(() => {})
          await takeAll(entries())
          cursor = last
        } else {
          await takeAll(entries())
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
      marks.clear()
    },
    hasReadSince: ({ mark, markId }) => marks.get(markId) === mark,
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

const pauseFor = (ms: number) => pause(Math.max(0, ms), undefined, { ref: false })
