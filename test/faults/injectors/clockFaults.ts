import { setTimeout as pause } from 'node:timers/promises'
import type { Member } from '../member.js'
import { nthOf } from '../random.js'
import { type Inject, startAgain, withoutRedis } from './injection.js'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const JUMPS_MS = [MINUTE_MS, -HOUR_MS, -MINUTE_MS, HOUR_MS] as const
/**
 * Whose clock is set, and whether the process notices. A process that has just started has no other
 * clock to compare with.
 */
const WHO = ['running app', 'app begun anew', 'guard'] as const

export const clockFaults = {
  /** Logouts go on. A user logs in where the clock is off, and the account is then ended. */
  async 'clock-jumped'(system, { app, lastsMs, variant }, { logOutAt, accounts }) {
    const who = nthOf(WHO, variant)
    const member = who === 'guard' ? system.guard : system.apps[app]
    if (who === 'app begun anew') await member.kill()
    await member.jump(nthOf(JUMPS_MS, variant))
    if (who === 'app begun anew') await startAgain(member)
    await logOutAt(system.apps[1 - app] as Member, 4)
    const endAccount = who === 'guard' ? undefined : await accounts.logInAt(member)
    await pause(lastsMs)
    await member.jump(0)
    await endAccount?.()
  },

  async 'clock-set-back-in-outage'(system, { app, lastsMs, variant }, { logOutAt }) {
    const jumping = [system.guard, system.apps[app]]
    await system.store.kill()
    await withoutRedis(system, async () => {
      await Promise.all(jumping.map((each) => each.jump(nthOf([-MINUTE_MS, -HOUR_MS], variant))))
      await logOutAt(system.apps[1 - app] as Member, 4)
      await pause(lastsMs)
    })
    await system.store.restart()
    await Promise.all(jumping.map((each) => each.jump(0)))
  },
} satisfies Record<string, Inject>
