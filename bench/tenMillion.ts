import { setImmediate as turn } from 'node:timers/promises'
import type { DenylistIndex } from '../src/core/denylistIndex.js'
import type { Token } from '../src/core/token.js'
import { builtPackage } from './support/builtPackage.js'
import { bytesHeld } from './support/collectGarbage.js'
import { type Answer, atMost, figure, quantile, Rounds } from './support/figures.js'
import { goodTokens } from './support/goodTokens.js'
import { tokenEnded } from './support/localDenylist.js'
import { randomIds } from './support/randomIds.js'
import { createStepTimer, type Steps } from './support/stepTimer.js'
import { timeBatches } from './support/timeEach.js'

/** `BENCH_IN_FORCE` makes it smaller, for a machine that is busy. */
const MOST = Number(process.env.BENCH_IN_FORCE ?? 10_000_000)
const PAGE = 500
/** Just above the last size at which the table doubles: there it needs the most memory per entry. */
const WORST = PAGE * Math.round((MOST * 0.69) / PAGE)
const TURN = 50_000
const LOOKUPS = 50_000
/** More than a sweep takes. */
const MOST_STEPS = 100_000
const ROUNDS = 2
const HOUR_MS = 3_600_000

const QUANTITIES = {
  'look-up of a good token, p50': 'µs',
  'look-up of a revoked token, p50': 'µs',
  'memory each': 'bytes',
  [`memory each at ${WORST.toLocaleString('en')} (the worst fill)`]: 'bytes',
  'step of 500 more, p50': 'ms',
  'step of 500 more, p99.9': 'ms',
  'step of 500 more, longest': 'ms',
  'step of 500 more, longest with garbage collection and interruptions': 'ms',
  'step of a sweep while half expires, longest': 'ms',
  'step of a sweep while the rest expires, longest': 'ms',
  'step of a sweep, longest with garbage collection and interruptions': 'ms',
  'memory each of the half that is left': 'bytes',
} as const

/** Can one process hold ten million revocations? */
export async function tenMillion(): Promise<Answer> {
  const rounds = new Rounds<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, value] of Object.entries(await measure())) rounds.add(name, value)
  }
  const figures = Object.entries(QUANTITIES).map(([name, unit]) =>
    figure(name, unit, rounds.of(name)),
  )
  const limitOf = (name: string) => {
    if (name.startsWith('look-up')) return 1
    if (name.startsWith('memory')) return name.includes('half') ? undefined : 32
    return name.endsWith('longest') ? 5 : undefined
  }
  return {
    question: 'Can one process hold ten million revocations?',
    how: `${MOST.toLocaleString('en')} ended tokens in the index, added ${PAGE} at a time, ${ROUNDS} rounds; half of them expire after one hour, the others after three. Look-ups in batches of 50, of ids that were made before. Steps are counted without the garbage collection of Node.js and without those that the system interrupted for another process, unless it says otherwise. Memory is what the heap and buffers grew by after a full collection.`,
    figures,
    goals: figures.flatMap((each) => {
      const limit = limitOf(each.name)
      return limit === undefined ? [] : [atMost(each, limit)]
    }),
  }
}

async function measure(): Promise<Record<keyof typeof QUANTITIES, number>> {
  const { createDenylistIndex } = await builtPackage('core/denylistIndex')
  const clock = { nowMs: Date.now(), now: () => clock.nowMs }
  const known = goodTokens(LOOKUPS, clock.nowMs)
  const before = bytesHeld()
  const index = createDenylistIndex(clock)
  const { steps: growth, worst } = await grow(index, { known, now: clock.nowMs })
  const whole = bytesHeld() - before
  const good = lookUp(index, goodTokens(LOOKUPS, clock.nowMs), false)
  const revoked = lookUp(index, known, true)
  clock.nowMs += 2 * HOUR_MS
  const half = await sweepAll(index)
  const left = bytesHeld() - before
  clock.nowMs += 2 * HOUR_MS
  const rest = await sweepAll(index)
  if (index.size.token > 0) throw new Error('something expired and stayed')
  return {
    'look-up of a good token, p50': good,
    'look-up of a revoked token, p50': revoked,
    'memory each': whole / MOST,
    [`memory each at ${WORST.toLocaleString('en')} (the worst fill)`]: (worst - before) / WORST,
    'step of 500 more, p50': quantile(growth.own, 0.5),
    'step of 500 more, p99.9': quantile(growth.own, 0.999),
    'step of 500 more, longest': quantile(growth.own, 1),
    'step of 500 more, longest with garbage collection and interruptions': growth.longest,
    'step of a sweep while half expires, longest': quantile(half.own, 1),
    'step of a sweep while the rest expires, longest': quantile(rest.own, 1),
    'step of a sweep, longest with garbage collection and interruptions': Math.max(
      half.longest,
      rest.longest,
    ),
    'memory each of the half that is left': left / (MOST / 2),
  }
}

/** Adds them all, the known ones first. */
async function grow(index: DenylistIndex, { known, now }: { known: Token[]; now: number }) {
  const timer = createStepTimer(MOST / PAGE)
  let worst = 0
  for (let added = 0; added < MOST; added += PAGE) {
    const ids =
      added < known.length ? known.slice(added, added + PAGE).map(({ id }) => id) : randomIds(PAGE)
    const page = ids.map((id, position) => ({
      ...tokenEnded(id, now),
      expiresAt: now + (position % 2 === 0 ? 1 : 3) * HOUR_MS,
    }))
    timer.time(() => {
      for (const revocation of page) index.add(revocation)
    })
    if (added === WORST) worst = bytesHeld()
    // Node.js tells of its collections only between turns.
    if (added % TURN === 0) await turn()
  }
  return { steps: await timer.stop(), worst }
}

function lookUp(index: DenylistIndex, tokens: readonly Token[], isRevoked: boolean): number {
  return timeBatches(LOOKUPS, (position) => {
    const match = index.find(tokens[position] as Token)
    if ((match !== undefined) !== isRevoked) throw new Error('a wrong answer')
  }).p50
}

async function sweepAll(index: DenylistIndex): Promise<Steps> {
  const timer = createStepTimer(MOST_STEPS)
  for (let count = 1; timer.time(() => index.sweep()); count += 1) {
    if (count % 100 === 0) await turn()
  }
  return timer.stop()
}
