import type { Token } from '../src/core/token.js'
import { bytesHeld } from './support/collectGarbage.js'
import { type Answer, atLeast, atMost, figure, Rounds, rotated } from './support/figures.js'
import { goodTokens } from './support/goodTokens.js'
import { tokenEnded } from './support/localDenylist.js'
import { randomIds } from './support/randomIds.js'
import { type Table, tableMakers } from './support/tables.js'
import { timeBatches } from './support/timeEach.js'

const ENTRIES = 1_000_000
const PAGE = 10_000
const LOOKUPS = 50_000
const ROUNDS = 3
const HOUR_MS = 3_600_000

const QUANTITIES = {
  'look-up while empty, p50': 'µs',
  'look-up, p50': 'µs',
  inserts: '/s',
  'longest page of 10,000 inserts': 'ms',
  'memory each': 'bytes',
  'longest step while half expires': 'ms',
  'all steps while half expires': 'ms',
  'memory each of the half that is left': 'bytes',
} as const

type Quantity = keyof typeof QUANTITIES

/** A million revoked tokens in a compact table or in a `Map`: does the difference matter? */
export async function indexTable(): Promise<Answer> {
  const clock = { nowMs: Date.now(), now: () => clock.nowMs }
  const makers = Object.entries(await tableMakers(clock))
  const rounds = new Rounds<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, make] of rotated(makers, round)) {
      const measured = measure(make, clock)
      for (const what of Object.keys(measured) as Quantity[]) {
        rounds.add(`${name}: ${what}`, measured[what])
      }
    }
  }
  const of = (name: string) => {
    const unit = QUANTITIES[name.slice(name.indexOf(': ') + 2) as Quantity]
    return figure(name, unit, rounds.of(name))
  }
  const full = rounds.of('the index: look-up, p50')
  const empty = rounds.of('the index: look-up while empty, p50')
  const added = figure(
    'the index: a look-up beyond an empty one, p50',
    'µs',
    full.map((value, round) => value - (empty[round] ?? Number.NaN)),
  )
  return {
    question: 'What does the compact table gain over a Map?',
    how: `${ENTRIES.toLocaleString('en')} revoked tokens, ${ROUNDS} rounds; look-ups of ids that were not seen before, in batches of 50; then the clock is put forward so that half expires, and the steps are taken one after another (in a process they are a timer apart). The Map maps the id to its expiry and drops ${(20_000).toLocaleString('en')} a step, as the index does.`,
    figures: [
      ...makers.flatMap(([name]) =>
        Object.keys(QUANTITIES).map((quantity) => of(`${name}: ${quantity}`)),
      ),
      added,
    ],
    goals: [
      atMost(added, 0.5),
      atLeast(of('the index: inserts'), 1_000_000),
      atMost(of('the index: memory each'), 32),
      atMost(of('the index: longest step while half expires'), 5),
    ],
  }
}

function measure(make: () => Table, clock: { nowMs: number }): Record<Quantity, number> {
  const before = bytesHeld()
  const table = make()
  const empty = lookUp(table, clock.nowMs)
  let insertingMs = 0
  let longestPageMs = 0
  for (let added = 0; added < ENTRIES; added += PAGE) {
    const page = randomIds(PAGE).map((id, index) => ({
      ...tokenEnded(id, clock.nowMs),
      expiresAt: clock.nowMs + (index % 2 === 0 ? 1 : 3) * HOUR_MS,
    }))
    const start = performance.now()
    for (const revocation of page) table.add(revocation)
    const ms = performance.now() - start
    insertingMs += ms
    longestPageMs = Math.max(longestPageMs, ms)
  }
  const full = lookUp(table, clock.nowMs)
  const whole = bytesHeld() - before

  clock.nowMs += 2 * HOUR_MS
  let sweepingMs = 0
  let longestMs = 0
  for (let isUnderWay = true; isUnderWay; ) {
    const start = performance.now()
    isUnderWay = table.sweep()
    const ms = performance.now() - start
    sweepingMs += ms
    longestMs = Math.max(longestMs, ms)
  }
  const left = bytesHeld() - before
  // It is used after the last measurement, so that it is not collected earlier.
  lookUp(table, clock.nowMs)
  return {
    'look-up while empty, p50': empty,
    'look-up, p50': full,
    inserts: (ENTRIES / insertingMs) * 1_000,
    'longest page of 10,000 inserts': longestPageMs,
    'memory each': whole / ENTRIES,
    'longest step while half expires': longestMs,
    'all steps while half expires': sweepingMs,
    'memory each of the half that is left': left / (ENTRIES / 2),
  }
}

function lookUp(table: Table, now: number): number {
  const tokens = goodTokens(LOOKUPS, now)
  return timeBatches(LOOKUPS, (index) => {
    if (table.has(tokens[index] as Token)) throw new Error('a good token was taken for revoked')
  }).p50
}
