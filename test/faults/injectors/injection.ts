import type { Accounts } from '../accounts.js'
import type { Member } from '../member.js'
import type { Fault } from '../schedule.js'
import type { System } from '../system.js'

/** Applies a fault to the system. */
export type Inject = (system: System, fault: Fault, victims: Victims) => Promise<void>

/** What a fault needs from the workload: requests that are running when it strikes. */
export interface Victims {
  /** Starts this many logouts at this app. Resolves when the first is done, or takes too long. */
  logOutAt(app: Member, count: number): Promise<void>
  /** Meanwhile no other logouts begin. */
  quietly(work: () => Promise<void>): Promise<void>
  readonly accounts: Accounts
  /** A client loses the answer to its refresh, and retries after this many milliseconds. */
  loseAnswer(waitMs: number): Promise<void>
}

export const withoutRedis = async (system: System, work: () => Promise<void>): Promise<void> => {
  system.redisGoneSince = performance.now()
  await work()
  system.redisGoneSince = undefined
}

export const startAgain = async (member: Member): Promise<void> => {
  // A locked database may make the first attempt fail.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await member.start()
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}
