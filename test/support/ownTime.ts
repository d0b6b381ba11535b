/**
 * The milliseconds that a piece of work computed, without the time that it waited for a processor.
 */
export function computingTimeOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

const MOST_OF_A_TURN_MS = 5

/**
 * The milliseconds that something takes that waits only for timers. If other processes had the
 * processor between two turns of the event loop, at most 5 ms of that count.
 */
export async function waitingTimeOf(work: Promise<unknown>): Promise<number> {
  let [ms, last] = [0, performance.now()]
  const count = () => {
    const now = performance.now()
    ms += Math.min(now - last, MOST_OF_A_TURN_MS)
    last = now
  }
  const counting = setInterval(count, 1)
  await work.finally(() => clearInterval(counting))
  count()
  return ms
}
