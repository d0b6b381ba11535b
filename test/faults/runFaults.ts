import { claimsOf } from '../support/login.js'
import { until } from '../support/until.js'
import { ACCOUNTS_AT_ONCE, CHANGES, createAccounts } from './accounts.js'
import { createChecker } from './checker.js'
import { explainRefusals } from './explainRefusals.js'
import { injectAll } from './faults.js'
import { checkAfterRestart } from './finalCheck.js'
import { createLostAnswers } from './lostAnswer.js'
import { startPeople } from './peopleLoad.js'
import { createRandom } from './random.js'
import { type Report, reportOn } from './report.js'
import { type FaultKind, faultKindsOn, lengthOf, planFaults } from './schedule.js'
import type { DatabaseKind, Safeguard } from './settings.js'
import { startSystem } from './system.js'
import { startLoad } from './workload.js'

export interface RunOptions {
  database: DatabaseKind
  seed: number
  faults: number
  revocations: number
  /** Default: all kinds that this database supports. */
  kinds?: readonly FaultKind[] | undefined
  without?: Safeguard | undefined
  /** How long the apps wait for a locked database, in milliseconds. Default 1,000. */
  busyTimeoutMs?: number | undefined
  /** Called with the progress of the run. */
  log?: (line: string) => void
}

const PASSWORD = 'first-password'
const SIGNERS = 8
const PEOPLE = 10
const REST_MS = 6_000
const START_MS = 3_000

/** One run. The same seed gives the same faults, at about the same times. */
export async function runFaults(options: RunOptions): Promise<Report> {
  const { database, seed, revocations, without, busyTimeoutMs, log = () => {} } = options
  const { kinds = faultKindsOn(database) } = options
  const random = createRandom(seed)
  const faults = planFaults(random, { count: options.faults, kinds })
  const users = usersNamed(
    ['signer', SIGNERS],
    ['person', PEOPLE],
    ['spare', sparesFor(faults.map(({ kind }) => kind))],
  )
  const system = await startSystem({ database, users, without, busyTimeoutMs })
  try {
    const checker = createChecker({
      nameOf: ({ text }) => String(claimsOf(text).jti),
      isExcused: system.isExcused,
      redisGoneSince: () => system.redisGoneSince,
    })
    const userIds = users.slice(0, SIGNERS).map(({ id }) => id)
    const load = startLoad({
      ...{ system, checker, random: createRandom(seed + 1), userIds },
      perSecond: Math.min(60, Math.max(4, (revocations * 1_000) / (START_MS + lengthOf(faults)))),
    })
    const people = startPeople({
      ...{ system, checker, random: createRandom(seed + 2), restMs: REST_MS },
      // The naive denylist needs tokens with an id, and Payload's own have none.
      people: without === 'ledger' ? [] : users.slice(SIGNERS, SIGNERS + PEOPLE),
    })
    const accounts = createAccounts({
      ...{ system, checker, random: createRandom(seed + 3), userIds },
      spares: users.slice(SIGNERS + PEOPLE),
    })
    const loseAnswer = createLostAnswers({
      ...{ system, checker, random: createRandom(seed + 4), userIds },
    })
    const victims = { ...load, accounts, loseAnswer }
    const done: FaultKind[] = []
    const onDone = ({ kind }: { kind: FaultKind }) => {
      done.push(kind)
      const { acknowledged } = checker.counts
      log(`${done.length}/${faults.length} ${kind}, ${acknowledged} acknowledged`)
    }
    await injectAll(faults, { system, victims, onDone })
    await until('enough was revoked', () => checker.counts.acknowledged >= revocations, {
      withinMs: 600_000,
    })
    await Promise.all([load.stop(), people.stop(), accounts.stop()])
    log('restarting everything')
    const living = [...load.living, ...people.living, ...accounts.living]
    await checkAfterRestart(system, { checker, living })
    const { logins: realLogins, passwordChanges } = people
    const explanations = await explainRefusals(system, { checker, userId: userIds[0] ?? 1 })
    return reportOn({
      ...{ database, seed, without, checker, faults: done },
      ...{ realLogins, passwordChanges, explanations },
    })
  } finally {
    await system.close()
  }
}

/** How many accounts these faults use up, after the duration of each change was measured. */
function sparesFor(kinds: readonly FaultKind[]): number {
  const count = (wanted: FaultKind) => kinds.filter((kind) => kind === wanted).length
  const changes = count('app-killed-in-change')
  return ACCOUNTS_AT_ONCE * (changes && changes + CHANGES.length) + count('clock-jumped')
}

/** In the order of creation, so that their ids are known. */
const usersNamed = (...groups: [name: string, count: number][]) =>
  groups
    .flatMap(([name, count]) => Array.from({ length: count }, (_, n) => `${name}-${n}@example.com`))
    .map((email, index) => ({ id: index + 1, email, password: PASSWORD }))
