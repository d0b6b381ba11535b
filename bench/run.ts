import { busyStream } from './busyStream.js'
import { writeCharts } from './charts.js'
import { checkCost } from './checkCost.js'
import { coldStart } from './coldStart.js'
import { emergency } from './emergency.js'
import { emptiedRedis } from './emptiedRedis.js'
import { expiredRows } from './expiredRows.js'
import { gateCost } from './gateCost.js'
import { httpColdStart } from './httpColdStart.js'
import { idleCost } from './idleCost.js'
import { indexTable } from './indexTable.js'
import { logins } from './logins.js'
import { logoutStorm } from './logoutStorm.js'
import { lookingBack } from './lookingBack.js'
import { memory } from './memory.js'
import { meThroughput } from './meThroughput.js'
import { operations } from './operations.js'
import { otherServices } from './otherServices.js'
import { propagation } from './propagation.js'
import { refusal } from './refusal.js'
import { rotationRows } from './rotationRows.js'
import { simulation } from './simulation.js'
import { runAlone } from './support/alone.js'
import type { Answer } from './support/figures.js'
import { installPeers } from './support/installPeers.js'
import { buildApp } from './support/nextApp.js'
import { goalsTable, machine, saveAnswers, table } from './support/report.js'
import { tenMillion } from './tenMillion.js'
import { verifierCost } from './verifierCost.js'

/**
 * `npm run bench` answers all questions, one after another, each in its own process. `npm run bench
 * -- gateCost` answers only the named ones. It prints tables, writes `results.json`, and draws
 * charts to `docs/images`. It fails when a question could not be answered. A missed goal is
 * reported, but is not an error.
 */
const QUESTIONS: Readonly<Record<string, () => Promise<Answer>>> = {
  checkCost,
  verifierCost,
  gateCost,
  indexTable,
  memory,
  tenMillion,
  propagation,
  busyStream,
  coldStart,
  httpColdStart,
  expiredRows,
  emptiedRedis,
  idleCost,
  logoutStorm,
  lookingBack,
  operations,
  rotationRows,
  emergency,
  meThroughput,
  refusal,
  otherServices,
  logins,
  simulation,
}

/** These questions need the packages in `bench/peers`. */
const WITH_PEERS = new Set(['checkCost', 'verifierCost'])
/** These questions need the built Next.js app. */
const ON_NEXT = new Set(['meThroughput', 'refusal', 'otherServices', 'logins'])
const LIMIT_MS = 120_000
/** They measure for minutes, or fill databases and many servers before. */
const LONG_LIMIT_MS = 900_000
const LONG = new Set([
  'coldStart',
  'emergency',
  'operations',
  'rotationRows',
  'httpColdStart',
  'expiredRows',
  'busyStream',
  'emptiedRedis',
  'idleCost',
  'logoutStorm',
  'lookingBack',
  'meThroughput',
  'simulation',
  'tenMillion',
])

const named = process.argv.slice(2)
const unknown = named.find((name) => !(name in QUESTIONS))
if (unknown) throw new Error(`${unknown}: the questions are ${Object.keys(QUESTIONS).join(', ')}`)

const [only] = named
const isComplete = only && named.length === 1 ? await answer(only) : await answerAll()
// Payload leaves timers behind, and every child process has ended by now.
process.exit(isComplete ? 0 : 1)

async function answer(name: string): Promise<boolean> {
  if (WITH_PEERS.has(name)) await installPeers()
  const found = await QUESTIONS[name]?.()
  if (!found) return false
  console.log(table(found))
  saveAnswers({ [name]: found })
  return true
}

async function answerAll(): Promise<boolean> {
  const names = named.length > 0 ? named : Object.keys(QUESTIONS)
  const { node, cores, processor } = machine()
  console.log(`Node ${node}, ${cores} cores (${processor})`)
  if (names.some((name) => WITH_PEERS.has(name))) await installPeers()
  if (names.some((name) => ON_NEXT.has(name))) {
    console.log('\nnext build …')
    await buildApp()
  }
  const unanswered: string[] = []
  for (const name of names) {
    const start = performance.now()
    console.log(`\n${name} …`)
    if (!(await runAlone(name, { limitMs: LONG.has(name) ? LONG_LIMIT_MS : LIMIT_MS })))
      unanswered.push(name)
    console.log(`  (${Math.round((performance.now() - start) / 1_000)} s)`)
  }
  console.log(`\n${goalsTable(names)}`)
  for (const chart of writeCharts()) console.log(`wrote ${chart}`)
  if (unanswered.length > 0) console.error(`Without an answer: ${unanswered.join(', ')}`)
  return unanswered.length === 0
}
