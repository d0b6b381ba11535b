/**
 * Time that passes on request: for the timers, `Date.now` and `performance.now` of this process. So
 * an hour of a thousand processes takes as long as their work does.
 */
export interface VirtualTime {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs each timer that is due within `ms` milliseconds, in order, with all that follows. */
  pass(ms: number): Promise<void>
  /** Gives the real clocks and timers back. */
  restore(): void
}

interface Timer {
  at: number
  order: number
  act: (() => void) | undefined
  /** For `setInterval`. */
  everyMs: number | undefined
}

export function virtualTime(startAt: number): VirtualTime {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate }
  const realNow = { date: Date.now, performance: performance.now }
  const due = new Heap()
  let now = startAt
  let count = 0
  let immediates = 0

  const add = (act: () => void, ms: number, everyMs?: number): Timer => {
    const timer = { at: now + Math.max(0, ms), order: count++, act, everyMs }
    due.push(timer)
    return timer
  }
  const cancel = (timer?: Timer) => {
    if (timer) timer.act = undefined
  }
  const virtual = {
    setTimeout: (act: () => void, ms = 0) => add(act, ms),
    setInterval: (act: () => void, ms = 0) => add(act, ms, Math.max(1, ms)),
    clearTimeout: cancel,
    clearInterval: cancel,
    setImmediate(act: () => void) {
      immediates += 1
      return real.setImmediate(() => {
        immediates -= 1
        act()
      })
    },
  }
  Object.assign(globalThis, virtual)
  Date.now = () => now
  performance.now = () => now - startAt

  /** Promises first, then what they left for the next turn of the event loop. */
  const settle = async () => {
    do await new Promise<void>((resolve) => real.setImmediate(resolve))
    while (immediates > 0)
  }

  const run = (timer: Timer) => {
    const { act, everyMs } = timer
    if (!act) return
    if (everyMs !== undefined) due.push(Object.assign(timer, { at: now + everyMs, order: count++ }))
    act()
  }

  return {
    now: () => now,
    async pass(ms) {
      const end = now + ms
      await settle()
      for (let next = due.first; next && next.at <= end; next = due.first) {
        now = next.at
        while (due.first && due.first.at <= now) run(due.shift())
        await settle()
      }
      now = end
    },
    restore() {
      Object.assign(globalThis, real)
      Date.now = realNow.date
      performance.now = realNow.performance
    },
  }
}

/** A binary heap: the earliest timer is the first, and of several the one that was set first. */
class Heap {
  readonly #timers: Timer[] = []

  get first(): Timer | undefined {
    return this.#timers[0]
  }

  push(timer: Timer) {
    const timers = this.#timers
    let place = timers.push(timer) - 1
    for (let parent = (place - 1) >> 1; place > 0; parent = (place - 1) >> 1) {
      if (isBefore(timers[parent] as Timer, timer)) break
      timers[place] = timers[parent] as Timer
      place = parent
    }
    timers[place] = timer
  }

  shift(): Timer {
    const timers = this.#timers
    const first = timers[0] as Timer
    const moved = timers.pop() as Timer
    if (timers.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= timers.length) break
      if (child + 1 < timers.length && isBefore(timers[child + 1] as Timer, timers[child] as Timer))
        child += 1
      if (!isBefore(timers[child] as Timer, moved)) break
      timers[place] = timers[child] as Timer
      place = child
    }
    timers[place] = moved
    return first
  }
}

const isBefore = (one: Timer, other: Timer) =>
  one.at < other.at || (one.at === other.at && one.order < other.order)
