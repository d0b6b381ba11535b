import { periodsOf } from '../src/core/rowDigest.js'
import { uuidv7Floor } from '../src/core/uuidv7.js'
import { type Answer, atMost, figure, Rounds, ratio } from './support/figures.js'
import { openPostgresLedger, type PostgresLedger } from './support/openPostgresLedger.js'

/** `BENCH_LIVE` makes it smaller, for a machine that is busy. */
const ROWS = Number(process.env.BENCH_LIVE ?? 1_000_000)
const ROUNDS = 3
const PROCESSES = 50
const SPAN_MS = 7_200_000
const MINUTE_MS = 60_000
const WINDOW_MS = 15_000
/** What `core/lookBack.ts` calls recent. */
const RECENT_MS = 20 * WINDOW_MS
const COUNTED_PER_SECOND = 3_000
const COMPARE_SECONDS = 5
/** What `core/countWatch.ts` does with a million rows; a process has a turn each second. */
const SHARED_SECONDS = 3
const MOST_SECONDS = 300

type Way = keyof typeof WAYS

const WAYS = {
  'read everything': async ({ ledger }: PostgresLedger) => {
    let rows = 0
    for await (const page of ledger.read({ since: 0 })) rows += page.length
    return rows
  },
  'read the last five minutes': async ({ ledger }: PostgresLedger) => {
    let rows = 0
    for await (const page of ledger.read({ since: Date.now() - RECENT_MS })) rows += page.length
    return rows
  },
  'compare everything by the sum of expiries': ({ query }: PostgresLedger) => sumExpiries(query),
  'compare everything': (opened: PostgresLedger) => compare(opened, 0),
  'count for all, and tell': async (opened: PostgresLedger) => {
    const rows = await compare(opened, 0)
    await opened.ledger.sharedCounts?.write(told())
    return rows
  },
  'look a hundred times at what was told': async ({ ledger }: PostgresLedger) => {
    let rows = 0
    for (let look = 0; look < 100; look += 1)
      rows += (await ledger.sharedCounts?.read())?.digest.length ?? 0
    return rows
  },
  'compare the last five minutes': (opened: PostgresLedger) =>
    compare(opened, Date.now() - RECENT_MS),
}

/** What does it cost each process to find rows that it has missed, if it has missed none? */
export async function lookingBack(): Promise<Answer> {
  const opened = await openPostgresLedger()
  const rounds = new Rounds<string>()
  try {
    await opened.fill({ count: ROWS, from: Date.now() - SPAN_MS, spanMs: SPAN_MS })
    for (let round = 0; round < ROUNDS; round += 1)
      for (const way of Object.keys(WAYS) as Way[]) await measure(opened, way, rounds)
  } finally {
    await opened.close()
  }
  const of = (way: Way, what: string) => rounds.of(`${way}: ${what}`)
  const figures = (Object.keys(WAYS) as Way[]).flatMap((way) => [
    figure(`${way}: CPU of the database`, 'ms', of(way, 'cpu')),
    figure(`${way}: received`, 'kB', of(way, 'kB')),
  ])
  const shares = {
    cpu: ratio(
      'CPU of a comparison',
      of('compare everything', 'cpu'),
      of('read everything', 'cpu'),
    ),
    bytes: ratio(
      'bytes of a comparison',
      of('compare everything', 'kB'),
      of('read everything', 'kB'),
    ),
  }
  /** Of a processor, for all processes. Each looks again after so many seconds. */
  const cores = (name: string, everything: [Way, number], recent: [Way, number]) =>
    figure(
      `${PROCESSES} processes, ${name}`,
      'cores',
      of(everything[0], 'cpu').map((ms, round) => {
        const others = of(recent[0], 'cpu')[round] ?? Number.NaN
        return (PROCESSES * (ms / everything[1] + others / recent[1])) / 1_000
      }),
    )
  const pause = (rows: number) =>
    Math.min(Math.max(COMPARE_SECONDS, rows / COUNTED_PER_SECOND), MOST_SECONDS)
  const recentRows = (ROWS * RECENT_MS) / SPAN_MS
  const reading = cores(
    'reading',
    ['read everything', MOST_SECONDS],
    ['read the last five minutes', WINDOW_MS / 1_000],
  )
  const comparing = cores(
    'comparing',
    ['compare everything', pause(ROWS)],
    ['compare the last five minutes', pause(recentRows)],
  )
  const together = figure(
    `${PROCESSES} processes, of which one counts`,
    'cores',
    of('count for all, and tell', 'cpu').map((ms, round) => {
      const looks = of('look a hundred times at what was told', 'cpu')[round] ?? Number.NaN
      return (ms + PROCESSES * (looks / 100)) / SHARED_SECONDS / 1_000
    }),
  )
  return {
    question: 'What does it cost to look for missed rows, if nothing was missed?',
    how: `PostgreSQL with ${ROWS.toLocaleString('en')} tokens logged out at a steady rate during the last two hours, vacuumed. One process; the CPU is that of all processes of the server, the bytes those of its connection, ${ROUNDS} rounds. ${PROCESSES} processes: each reads everything every ${MOST_SECONDS} s and the last five minutes every ${WINDOW_MS / 1_000} s, as without digests, or compares both as often as \`core/lookBack.ts\` does (here every ${Math.round(pause(ROWS))} s and every ${Math.round(pause(recentRows))} s). Or one counts, and each looks at its count, both every ${SHARED_SECONDS} s.`,
    figures: [...figures, shares.cpu, shares.bytes, reading, comparing, together],
    goals: [atMost(shares.cpu, 0.05), atMost(shares.bytes, 0.01), atMost(together, 0.1)],
  }
}

async function compare({ ledger }: PostgresLedger, since: number): Promise<number> {
  const firstMinute = Math.ceil(Date.now() / MINUTE_MS)
  // As if everything were known.
  const minutes = SPAN_MS / MINUTE_MS
  const known = new Map(
    Array.from({ length: minutes }, (_, i) => [firstMinute + i, ROWS / minutes]),
  )
  const digest = await ledger.digest?.({
    ...{ since, until: Date.now() - WINDOW_MS },
    periods: periodsOf(known, firstMinute),
  })
  return digest?.reduce((sum, rows) => sum + rows, 0) ?? 0
}

/** As long as a real one. */
const told = () => ({
  ...{ id: uuidv7Floor(Date.now()), until: Date.now() },
  periods: { firstMinute: 0, minutes: 1, count: 121, isOpen: true },
  digest: new Array<number>(121).fill(8_333),
})

/** What was compared before 26 November 2026: rows of one period could be told apart, at a price. */
async function sumExpiries(query: PostgresLedger['query']): Promise<number> {
  const { rows } = await query(
    `SELECT count(*) AS amount,
        sum(CAST(round(date_part('epoch', expires_at) * 1000)::bigint % 65521 AS integer)) AS expiries
      FROM revocations WHERE expires_at >= $1 AND id COLLATE "C" < $2`,
    [new Date().toISOString(), uuidv7Floor(Date.now() - WINDOW_MS)],
  )
  return Number(rows[0]?.amount)
}

async function measure(opened: PostgresLedger, way: Way, rounds: Rounds<string>) {
  const before = opened.costs()
  const rows = await WAYS[way](opened)
  if (rows === 0) throw new Error(`${way}: no rows`)
  // A server process accounts for its time when it waits again.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const after = opened.costs()
  rounds.add(`${way}: cpu`, after.cpuMs - before.cpuMs)
  rounds.add(`${way}: kB`, (after.bytes - before.bytes) / 1_000)
}
