import { RevocationError } from './errors.js'

export interface RepeatOptions {
  /**
   * Milliseconds between the end of one run and the start of the next. A function is called after
   * each run. `Infinity`: the next run waits for `now`.
   */
  intervalMs: number | (() => number)
  /** Like `intervalMs`, after a run that failed. Default: the same. */
  retryMs?: number | (() => number)
  /** Called after every run, with the error if there was one. */
  onOutcome: (error?: Error) => void
}

export interface Repetition {
  start(): void
  /** Joins the current run or begins one. Rejects if that run does. */
  now(): Promise<void>
  /** Waits for the current run. No other run begins. */
  stop(): Promise<void>
}

/** Runs `task` again and again, never twice at once, without keeping the process alive. */
export function repeat(task: () => Promise<void>, options: RepeatOptions): Repetition {
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false

  const { intervalMs, retryMs = intervalMs, onOutcome } = options
  const msOf = (given: number | (() => number)) => (typeof given === 'number' ? given : given())

  const runOnce = async () => {
    let hasFailed = false
    try {
      await task()
      if (!isStopped) onOutcome()
    } catch (cause) {
      hasFailed = true
      const error = cause instanceof Error ? cause : new Error(String(cause))
      if (!isStopped) onOutcome(error)
      throw error
    } finally {
      running = undefined
      if (!isStopped) schedule(msOf(hasFailed ? retryMs : intervalMs))
    }
  }

  const run = (): Promise<void> => {
    clearTimeout(timer)
    running ??= runOnce()
    return running
  }

  const schedule = (ms: number) => {
    if (ms === Number.POSITIVE_INFINITY) return
    timer = setTimeout(() => run().catch(() => {}), ms)
    timer.unref?.()
  }

  return {
    start() {
      if (!isStopped) run().catch(() => {})
    },
    now: () => (isStopped ? Promise.reject(new RevocationError('feed-closed')) : run()),
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running?.catch(() => {})
    },
  }
}
