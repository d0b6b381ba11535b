/**
 * `npm run test:faults -- [--short] [--seed N] [--faults N] [--revocations N] [--out FILE]
 *   [--busy-timeout MS] [--kinds redis-killed,app-killed,…]`
 * `npm run test:faults -- --without ledger|refill|anti-entropy|staleness-bound|heartbeat`
 *
 * Fails when anything was violated. With `--without` it is the other way round: it fails when
 * the checker did not notice that the safeguard was missing.
 */
import { parseArgs } from 'node:util'
import { DEMONSTRATIONS } from './demonstrations.js'
import { lossesIn, textOf, violationsIn, writeReport } from './report.js'
import { runFaults } from './runFaults.js'
import { FAULT_KINDS } from './schedule.js'
import { SAFEGUARDS } from './settings.js'

const LONG = { faults: 200, revocations: 10_000 }
const SHORT = { faults: 12, revocations: 500 }

const { values } = parseArgs({
  options: {
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

const without = SAFEGUARDS.find((name) => name === values.without)
if (values.without !== undefined && !without) {
  throw new Error(`--without must be one of ${SAFEGUARDS.join(', ')}`)
}
const preset = without ? DEMONSTRATIONS[without] : values.short ? SHORT : LONG
const seed = numberOf('seed') ?? Math.floor(Math.random() * 1e6)
console.log(`seed ${seed}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const report = await runFaults({
  ...{ ...preset, seed, without, log: console.log },
  busyTimeoutMs: numberOf('busy-timeout'),
  ...(values.kinds && { kinds: kindsNamed(values.kinds) }),
  faults: numberOf('faults') ?? preset.faults,
  revocations: numberOf('revocations') ?? preset.revocations,
})
console.log(textOf(report))
console.log(`written to ${writeReport(report, values.out)}`)
const isAsItShouldBe = without ? lossesIn(report) > 0 : violationsIn(report) === 0
process.exit(isAsItShouldBe ? 0 : 1)

function numberOf(name: 'seed' | 'faults' | 'revocations' | 'busy-timeout'): number | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0) return number
  throw new Error(`--${name} must be a whole number`)
}

/** Only these kinds of fault, to look closer at one of them. */
function kindsNamed(names: string) {
  return names.split(',').map((name) => {
    const kind = FAULT_KINDS.find((known) => known === name)
    if (kind) return kind
    throw new Error(`--kinds must be some of ${FAULT_KINDS.join(', ')}`)
  })
}
