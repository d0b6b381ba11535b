import { RevocationError } from './errors.js'

/** A timer that is this late, in milliseconds, shows that the process was held up. */
const HELD_UP_MS = 50
const MAX_EXTENSIONS = 10

/** Runs after what the process has received by now. Workers have no `setImmediate`. */
const afterReading = (act: () => void) =>
  typeof setImmediate === 'function' ? setImmediate(act) : setTimeout(act, 0)

/**
 * Calls `act` after `ms` milliseconds in which an answer could have been read. A process that was
 * held up (by a synchronous database driver, or by garbage collection) finds its timers due before
 * it reads its sockets. It must not mistake its own delay for the silence of the other side.
 * Returns a function that cancels.
 */
export function afterWaiting(ms: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>
  let isCalledOff = false
  let extensions = 0

  const actUnlessCalledOff = () => {
    if (!isCalledOff) act()
  }

  const wait = () => {
    const due = performance.now() + ms
    timer = setTimeout(() => {
      extensions += 1
      const isHeldUp = performance.now() - due > HELD_UP_MS
      if (isHeldUp && extensions <= MAX_EXTENSIONS) wait()
      else afterReading(actUnlessCalledOff)
    }, ms)
  }

  wait()
  return () => {
    isCalledOff = true
    clearTimeout(timer)
  }
}

/** The answer did not come in time. It may still come. Code `timed-out`. */
export class LateError extends RevocationError {
  constructor(ms: number) {
    super('timed-out', `no answer within ${ms} ms.`)
  }
}

/**
 * The result of `work`. Rejects when it takes longer than `ms` milliseconds.
 *
 * @throws LateError
 */
export async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let callOff = () => {}
  const limit = new Promise<never>((_, reject) => {
    callOff = afterWaiting(ms, () => reject(new LateError(ms)))
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    callOff()
    work.catch(() => {})
  }
}

/**
 * Waits for `work`, for at most `ms` milliseconds. It resolves either way and the work goes on. A
 * rejection in time is passed on, a later one is dropped.
 */
export async function withTimeLimit(work: Promise<unknown>, ms: number): Promise<void> {
  let callOff = () => {}
  const limit = new Promise<void>((resolve) => {
    callOff = afterWaiting(ms, resolve)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    callOff()
    work.catch(() => {})
  }
}
