/**
 * `npm run test:faults -- [--short] [--database sqlite|postgres] [--seed N] [--faults N]
 *   [--revocations N] [--kinds redis-killed,app-killed,…] [--busy-timeout MS] [--out FILE]`
 * `npm run test:faults -- --without ledger|refill|…`
 *
 * Half of the faults and of the revocations on each database, unless one is named. Fails when
 * anything was violated. With `--without` it is the other way round: it fails when the checker did
 * not notice that the safeguard was missing.
 */
import { parseArgs } from 'node:util'
import { DEMONSTRATIONS, isNoticed } from './demonstrations.js'
import { type Report, textOf, violationsIn, writeReports } from './report.js'
import { runFaults } from './runFaults.js'
import { FAULT_KINDS } from './schedule.js'
import { DATABASES, SAFEGUARDS } from './settings.js'

const LONG = { faults: 200, revocations: 10_000 }
const SHORT = { faults: 24, revocations: 1_000 }

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    seed: { type: 'string' },
    faults: { type: 'string' },
    revocations: { type: 'string' },
    short: { type: 'boolean', default: false },
    'busy-timeout': { type: 'string' },
    kinds: { type: 'string' },
    without: { type: 'string' },
    out: { type: 'string' },
  },
})

const seed = numberOf('seed') ?? Math.floor(Math.random() * 1e6)
const without = oneOf(SAFEGUARDS, 'without')
const database = oneOf(DATABASES, 'database')
console.log(`seed ${seed}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const reports: Report[] = []
for (const options of without ? [DEMONSTRATIONS[without]] : onEachDatabase()) {
  console.log(`on ${options.database}`)
  const report = await runFaults({
    ...{ ...options, seed, without, log: console.log },
    busyTimeoutMs: numberOf('busy-timeout'),
    ...(values.kinds && { kinds: kindsNamed(values.kinds) }),
  })
  console.log(textOf(report))
  reports.push(report)
}
console.log(`written to ${writeReports(reports, values.out)}`)
const isAsItShouldBe = (report: Report) =>
  without ? isNoticed(report, without) : violationsIn(report) === 0
process.exit(reports.every(isAsItShouldBe) ? 0 : 1)

function onEachDatabase() {
  const preset = values.short ? SHORT : LONG
  const total = {
    faults: numberOf('faults') ?? preset.faults,
    revocations: numberOf('revocations') ?? preset.revocations,
  }
  if (database) return [{ database, ...total }]
  const half = (count: number) => Math.ceil(count / DATABASES.length)
  return DATABASES.map((each) => ({
    ...{ database: each, faults: half(total.faults), revocations: half(total.revocations) },
  }))
}

function numberOf(name: 'seed' | 'faults' | 'revocations' | 'busy-timeout'): number | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0) return number
  throw new Error(`--${name} must be a whole number`)
}

function oneOf<T extends string>(known: readonly T[], name: 'without' | 'database') {
  const value = values[name]
  if (value === undefined) return undefined
  const found = known.find((each) => each === value)
  if (found) return found
  throw new Error(`--${name} must be one of ${known.join(', ')}`)
}

/** Only these kinds of fault, to examine one of them. */
function kindsNamed(names: string) {
  return names.split(',').map((name) => {
    const kind = FAULT_KINDS.find((known) => known === name)
    if (kind) return kind
    throw new Error(`--kinds must be some of ${FAULT_KINDS.join(', ')}`)
  })
}
