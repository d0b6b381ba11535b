import { setTimeout as pause } from 'node:timers/promises'
import { BOUND_MS } from '../settings.js'
import { type Inject, withoutRedis } from './injection.js'

export const ledgerFaults = {
  async 'ledger-locked'({ database }, { lastsMs, force }) {
    const release = await database.hold(force < 0.5 ? 'writers' : 'everyone')
    await pause(lastsMs)
    await release()
  },

  async 'commit-late'(system, { app, lastsMs }, { logOutAt, quietly }) {
    await system.store.kill()
    await withoutRedis(system, () =>
      // All writers would wait, each with a connection, until none is left for reading.
      quietly(async () => {
        const release = await system.database.hold('writers')
        await logOutAt(system.apps[app], 6)
        await pause(lastsMs)
        await release()
        // Within this time every process must learn of it, from the ledger alone.
        await pause(BOUND_MS + 1_500)
      }),
    )
    await system.store.restart()
  },
} satisfies Record<string, Inject>
