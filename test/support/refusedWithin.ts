import { isAccepted } from './isAccepted.js'
import type { Login } from './login.js'
import type { NextApp } from './nextApp.js'
import { until } from './until.js'

/** `maxStaleness` of the app in `dev/`: the plugin's default. */
export const MAX_STALENESS_MS = 10_000

/**
 * Waits until an app refuses the token, for at most as long as it may be stale, and fails
 * otherwise. Prints how long it took, and returns that in milliseconds.
 */
export async function refusedWithin(
  app: Pick<NextApp, 'request'>,
  session: Login,
  what: string,
): Promise<number> {
  const start = performance.now()
  await until(`${what}: refused`, async () => !(await isAccepted(app, session)), {
    withinMs: MAX_STALENESS_MS,
    everyMs: 5,
  })
  const tookMs = performance.now() - start
  if (tookMs > MAX_STALENESS_MS) throw new Error(`${what}: refused only after ${tookMs} ms`)
  console.log(`${what}: refused after ${tookMs.toFixed(0)} ms`)
  return tookMs
}
