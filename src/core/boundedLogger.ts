import type { Clock, Logger } from './ports.js'

/** So many lines with one message, in so many milliseconds. */
const MOST = 5
const WINDOW_MS = 10_000

interface Count {
  since: number
  lines: number
}

/**
 * A logger for what a stranger can cause: of each message five lines in ten seconds, however many
 * requests come. The next one tells in `suppressed` how many were left out.
 */
export function boundedLogger(inner: Logger, now: Clock = Date.now): Logger {
  /** By message, of which there are few: none is made of what a request holds. */
  const counts = new Map<string, Count>()

  const write = (level: keyof Logger, details: object, message: string) => {
    const at = now()
    const count = counts.get(message) ?? { since: at, lines: 0 }
    counts.set(message, count)
    const isOver = Math.abs(at - count.since) >= WINDOW_MS
    const suppressed = isOver ? Math.max(0, count.lines - MOST) : 0
    if (isOver) Object.assign(count, { since: at, lines: 0 } satisfies Count)
    count.lines += 1
    if (count.lines > MOST) return
    inner[level](suppressed > 0 ? { ...details, suppressed } : details, message)
  }

  return {
    error: (details, message) => write('error', details, message),
    warn: (details, message) => write('warn', details, message),
    info: (details, message) => write('info', details, message),
  }
}
