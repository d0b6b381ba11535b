import type { Accounts } from '../accounts.js'
import type { Member } from '../member.js'
import type { Fault } from '../schedule.js'
import type { System } from '../system.js'

/** Does to the system what a fault says. */
export type Inject = (system: System, fault: Fault, victims: Victims) => Promise<void>

/** What a fault needs of the workload: whoever is in the middle of something when it strikes. */
export interface Victims {
  /** Starts so many logouts at this app; resolves when the first is done, or takes too long. */
  logOutAt(app: Member, count: number): Promise<void>
  /** Nobody begins a logout meanwhile but whoever is asked to. */
  quietly(work: () => Promise<void>): Promise<void>
  readonly accounts: Accounts
  /** A client loses the answer to its refresh, and comes back after so many milliseconds. */
  loseAnswer(waitMs: number): Promise<void>
}

export const withoutRedis = async (system: System, work: () => Promise<void>): Promise<void> => {
  system.redisGoneSince = performance.now()
  await work()
  system.redisGoneSince = undefined
}

export const startAgain = async (member: Member): Promise<void> => {
  // A locked database can make the first attempt fail.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await member.start()
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}
