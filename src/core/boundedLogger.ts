import type { Clock, Logger } from './ports.js'

/** At most `MOST` lines per message in `WINDOW_MS` milliseconds. */
const MOST = 5
const WINDOW_MS = 10_000

interface Count {
  since: number
  lines: number
}

/**
 * A logger for events that any stranger can cause. It writes at most five lines per message in ten
 * seconds, however many requests come. The next line reports in `suppressed` how many were left
 * out.
 */
export function boundedLogger(inner: Logger, now: Clock = Date.now): Logger {
  /** Keyed by message. There are few, because no message contains request data. */
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
