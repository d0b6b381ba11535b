import type { Denylist } from '../../core/denylist.js'
import type { Revocation } from '../../core/revocation.js'

/** What this process learned lately, in the order in which it learned it. */
export interface Outbox {
  /** A random name: numbers of other processes mean nothing here. */
  readonly process: string
  /** The number of the latest news. */
  readonly latest: number
  /** The news after this number; `undefined` when they are no longer kept, or never were. */
  after(seq: number): readonly Revocation[] | undefined
  /** Waits for the next news, for at most `ms`, or until the reader is gone. */
  untilNews(limits: { ms: number; signal?: AbortSignal | undefined }): Promise<void>
}

const KEPT = 10_000
/** What comes in this time after the first news goes out with it, in milliseconds. */
const GATHER_MS = 20
/** Beyond this many waiting readers, the others are answered at once. */
const MAX_WAITING = 1_000

export function createOutbox({ listen }: Pick<Denylist, 'listen'>): Outbox {
  const process = crypto.randomUUID().replaceAll('-', '')
  let kept: Revocation[] = []
  /** How many were dropped. */
  let dropped = 0
  const waiting = new Set<() => void>()

  listen((news) => {
    kept.push(news)
    if (kept.length >= 2 * KEPT) {
      dropped += kept.length - KEPT
      kept = kept.slice(-KEPT)
    }
    for (const wake of waiting) wake()
  })

  const outbox: Outbox = {
    process,
    get latest() {
      return dropped + kept.length
    },
    after(seq) {
      if (seq < dropped || seq > outbox.latest) return undefined
      return kept.slice(seq - dropped)
    },
    async untilNews({ ms, signal }) {
      if (waiting.size >= MAX_WAITING || signal?.aborted) return
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer)
          waiting.delete(wake)
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const wake = () => {
          waiting.delete(wake)
          setTimeout(end, GATHER_MS)
        }
        const timer = setTimeout(end, ms)
        timer.unref?.()
        waiting.add(wake)
        signal?.addEventListener('abort', end)
      })
    },
  }
  return outbox
}
