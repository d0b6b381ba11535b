import { setTimeout as pause } from 'node:timers/promises'
import { CHANGES } from '../accounts.js'
import { nthOf } from '../random.js'
import { type Inject, startAgain, withoutRedis } from './injection.js'

/** By now the apps have dropped the connection to a frozen Redis. */
const WITHOUT_CONNECTION_MS = 1_500

export const processFaults = {
  async 'app-killed'(system, { app, lastsMs, force }, victims) {
    const member = system.apps[app]
    const logout = victims.logOutAt(member, 8)
    await pause(force * 40)
    await member.kill()
    await logout
    await pause(lastsMs)
    await startAgain(member)
  },

  async 'guard-killed'({ guard }, { lastsMs }) {
    await guard.kill()
    await pause(lastsMs)
    await startAgain(guard)
  },

  async 'app-killed-with-backlog'(system, { app, lastsMs }, victims) {
    const member = system.apps[app]
    await system.store.freeze()
    await withoutRedis(system, async () => {
      await victims.logOutAt(member, 2)
      await pause(lastsMs)
      await victims.logOutAt(member, 6)
      await member.kill()
    })
    await system.store.thaw()
    await startAgain(member)
  },

  async 'apps-frozen-with-backlog'(system, { app, lastsMs }, victims) {
    await system.store.freeze()
    await withoutRedis(system, async () => {
      // What was already sent is read when Redis continues. Later ones find no connection.
      await victims.logOutAt(system.apps[app], 2)
      await pause(WITHOUT_CONNECTION_MS)
      await victims.logOutAt(system.apps[app], 6)
      await Promise.all(system.apps.map((each) => each.freeze()))
    })
    await system.store.thaw()
    await pause(lastsMs)
    await Promise.all(system.apps.map((each) => each.thaw()))
  },

  async 'app-killed-in-change'(system, { app, lastsMs, force, variant }, { accounts }) {
    const member = system.apps[app]
    let restarted: Promise<void> | undefined
    await accounts.change(member, nthOf(CHANGES, variant), async (durationMs) => {
      await pause(force * durationMs)
      await member.kill()
      restarted = pause(lastsMs).then(() => startAgain(member))
    })
    await restarted
  },
} satisfies Record<string, Inject>
