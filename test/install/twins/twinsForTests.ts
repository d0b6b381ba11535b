import { afterAll, beforeAll } from 'vitest'
import { registerFirst } from '../prove.js'
import { type Site, siteAt } from './ask.js'
import { type Preparation, startTwins, type Twins } from './startTwins.js'

/**
 * The two apps of a test file, each with its first user.
 *
 * @param users where the API has the people of the panel; default: `/api/users`
 */
export function twinsForTests(
  layers: readonly string[],
  { users, ...preparation }: Preparation & { users?: string } = {},
) {
  let twins: Twins
  let both: readonly Site[]

  beforeAll(async () => {
    twins = await startTwins(layers, preparation)
    const running = [twins.withPlugin, twins.without]
    await Promise.all(
      running.map(({ origin }) => registerFirst({ origin, ...(users && { users }) })),
    )
    both = running.map(({ origin }) => siteAt(origin))
  })

  afterAll(() => twins?.stop())

  return {
    /** The app with the plugin, and where it runs. */
    installed: () => ({ app: twins.app, origin: twins.withPlugin.origin, ...(users && { users }) }),
    both: () => both,
  }
}
