import { setTimeout as pause } from 'node:timers/promises'

/** Repeats the question until the answer is neither `undefined` nor `false`, and returns it. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  { withinMs = 120_000, everyMs = 20 } = {},
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>
    await pause(everyMs)
  }
  throw new Error(`Not within ${withinMs} ms: ${what}`)
}
