import { claimsOf } from '../support/login.js'
import { until } from '../support/until.js'
import { createChecker } from './checker.js'
import { injectAll } from './faults.js'
import { checkAfterRestart } from './finalCheck.js'
import { startPeople } from './peopleLoad.js'
import { createRandom } from './random.js'
import { type Report, reportOn } from './report.js'
import { type FaultKind, planFaults } from './schedule.js'
import type { Safeguard } from './settings.js'
import { startSystem } from './system.js'
import { startLoad } from './workload.js'

export interface RunOptions {
  seed: number
  faults: number
  revocations: number
  kinds?: readonly FaultKind[] | undefined
  without?: Safeguard | undefined
  /** How long the apps wait for a locked database, in milliseconds. Default 1,000. */
  busyTimeoutMs?: number | undefined
  /** Told as the run goes on. */
  log?: (line: string) => void
}

const PASSWORD = 'first-password'
const SIGNERS = 8
const PEOPLE = 10
const REST_MS = 6_000
/** What else a fault costs beside its own time: a process that starts, a Redis that answers. */
const OVERHEAD_MS = 300

/** One run: the same seed gives the same faults, at about the same times. */
export async function runFaults(options: RunOptions): Promise<Report> {
  const { seed, revocations, without, busyTimeoutMs, log = () => {} } = options
  const random = createRandom(seed)
  const faults = planFaults(random, { count: options.faults, kinds: options.kinds })
  const users = usersNamed(['signer', SIGNERS], ['person', PEOPLE])
  const system = await startSystem({ users, without, busyTimeoutMs })
  try {
    const checker = createChecker({
      nameOf: ({ text }) => String(claimsOf(text).jti),
      isExcused: system.isExcused,
      redisGoneSince: () => system.redisGoneSince,
    })
    const load = startLoad({
      ...{ system, checker, random: createRandom(seed + 1) },
      perSecond: Math.min(60, Math.max(4, revocations / lengthInS(faults))),
      userIds: Array.from({ length: SIGNERS }, (_, index) => index + 1),
    })
    const people = startPeople({
      ...{ system, checker, random: createRandom(seed + 2), restMs: REST_MS },
      // The naive denylist knows tokens that have an id, and Payload's own have none.
      people: without === 'ledger' ? [] : users.slice(SIGNERS),
    })
    const done: FaultKind[] = []
    const onDone = ({ kind }: { kind: FaultKind }) => {
      done.push(kind)
      const { acknowledged } = checker.counts
      log(`${done.length}/${faults.length} ${kind}, ${acknowledged} acknowledged`)
    }
    await injectAll(faults, { system, victims: load, onDone })
    await until('enough was revoked', () => checker.counts.acknowledged >= revocations, {
      withinMs: 600_000,
    })
    await Promise.all([load.stop(), people.stop()])
    log('restarting everything')
    await checkAfterRestart(system, { checker, living: [...load.living, ...people.living] })
    const { logins: realLogins, passwordChanges } = people
    return reportOn({ seed, without, checker, faults: done, realLogins, passwordChanges })
  } finally {
    await system.close()
  }
}

const usersNamed = (...groups: [name: string, count: number][]) =>
  groups.flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => ({
      email: `${name}-${index}@example.com`,
      password: PASSWORD,
    })),
  )

const lengthInS = (faults: ReturnType<typeof planFaults>) =>
  faults
    .filter(({ kind }) => kind.startsWith('redis'))
    .reduce((sum, { pauseMs, lastsMs }) => sum + pauseMs + lastsMs + OVERHEAD_MS, 3_000) / 1_000
