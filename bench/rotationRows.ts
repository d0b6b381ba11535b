import { builtPackage } from './support/builtPackage.js'
import { type Answer, figure, Rounds } from './support/figures.js'
import { openPostgresLedger, type PostgresLedger } from './support/openPostgresLedger.js'

const SESSIONS = 500
const REFRESHES = 10
const ROUNDS = 2
const LIFETIME_MS = 15 * 60_000
/** A session refreshes when its token has this long to live. */
const LEFT_MS = 5 * 60_000

interface Scheme {
  readonly title: string
  prepare(ask: Ask): Promise<unknown>
  refresh(ask: Ask, session: string, at: number): Promise<unknown>
  /** What keeps the table small, after all sessions were refreshed once. */
  tidy(ask: Ask, at: number): Promise<unknown>
  readonly table: string
}

type Ask = (
  text: string,
  values?: readonly (number | string)[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>

/**
 * A row that moves must be found by those who look for what is new, so the time of its change is
 * indexed, too, and its expiry for those who read what is in force.
 */
const SCHEMES: readonly Scheme[] = [
  {
    title: 'a row for each token',
    table: 'revocations',
    prepare: (ask) => ask('TRUNCATE revocations'),
    refresh: (ask, session, at) =>
      ask(
        `INSERT INTO revocations (id, scope, subject, reason, actor, revoked_at, effective_at,
          successor, successor_expires_at, expires_at)
        VALUES ($1, 'token', $2, 'rotated', 'users:' || $3, $4, $5, $6, $7, $8)`,
        [
          ...[idAt(at), `jti:${idAt(at - LEFT_MS)}`, session.slice(0, 6), iso(at)],
          ...[iso(at + 10_000), idAt(at), iso(at + LIFETIME_MS), iso(at + LEFT_MS)],
        ],
      ),
    // They are kept as an audit, and deleted in the end.
    tidy: (ask, at) =>
      ask('DELETE FROM revocations WHERE expires_at < $1', [iso(at - 6 * (LIFETIME_MS - LEFT_MS))]),
  },
  {
    title: 'a row for each session that moves',
    table: 'rotations',
    async prepare(ask) {
      await ask('DROP TABLE IF EXISTS rotations')
      await ask(`CREATE TABLE rotations (sid text PRIMARY KEY, changed varchar NOT NULL,
        actor varchar, cutoff timestamptz(3), earlier_cutoff timestamptz(3),
        effective_at timestamptz(3), successor varchar, successor_expires_at timestamptz(3),
        revoked_at timestamptz(3), expires_at timestamptz(3))`)
      await ask('CREATE INDEX ON rotations (changed)')
      await ask('CREATE INDEX ON rotations (expires_at, sid)')
    },
    refresh: (ask, session, at) =>
      ask(
        `INSERT INTO rotations AS known (sid, changed, actor, revoked_at, effective_at, cutoff,
          successor, successor_expires_at, expires_at)
        VALUES ($1, $2, 'users:' || $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (sid) DO UPDATE SET changed = EXCLUDED.changed, cutoff = EXCLUDED.cutoff,
          earlier_cutoff = known.cutoff, revoked_at = EXCLUDED.revoked_at,
          effective_at = EXCLUDED.effective_at, successor = EXCLUDED.successor,
          successor_expires_at = EXCLUDED.successor_expires_at, expires_at = EXCLUDED.expires_at
        WHERE known.cutoff < EXCLUDED.cutoff`,
        [
          ...[session, idAt(at), session.slice(0, 6), iso(at), iso(at + 10_000)],
          ...[iso(at - LEFT_MS), idAt(at), iso(at + LIFETIME_MS), iso(at + LEFT_MS)],
        ],
      ),
    tidy: async () => {},
  },
]

const iso = (ms: number) => new Date(ms).toISOString()
const idAt = (ms: number) => {
  const hex = Math.round(ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${crypto.randomUUID().slice(15)}`
}

/** What does a refresh cost, and what would a row that moves cost? */
export async function rotationRows(): Promise<Answer> {
  const rounds = new Rounds<string>()
  const entries = await Promise.all(
    [14, 10, 1].flatMap((minutes) =>
      (['token', 'session'] as const).map(async (scope) =>
        figure(
          `refreshed every ${minutes} min, an entry for each ${scope}: entries in the index for each session`,
          '',
          [await entriesOf(scope, minutes * 60_000)],
        ),
      ),
    ),
  )
  const opened = await openPostgresLedger()
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      for (const scheme of SCHEMES) await measure(opened, scheme, rounds)
  } finally {
    await opened.close()
  }
  const of = (what: string, unit: string) =>
    SCHEMES.map(({ title }) => figure(`${title}: ${what}`, unit, rounds.of(`${title}: ${what}`)))
  return {
    question: 'What does a refresh cost the ledger, and what would a row that moves cost?',
    how: `PostgreSQL without full-page writes. ${SESSIONS.toLocaleString('en')} sessions are refreshed ${REFRESHES} times each, in turn, by one statement each over one connection, ${ROUNDS} rounds. After each turn the table is vacuumed, and rows of tokens that expired an hour ago are deleted. The other scheme has a table of its own: one row for each session, with the indexes that its readers would need. Entries: the index of a process after an hour of refreshes, tokens of 15 minutes.`,
    figures: [
      ...of('write-ahead log of a refresh', 'B'),
      ...of('CPU of the database for a refresh', 'µs'),
      ...of('table and indexes in the end, for each session', 'B'),
      ...entries,
    ],
  }
}

async function measure(opened: PostgresLedger, scheme: Scheme, rounds: Rounds<string>) {
  const { costs, query } = opened
  const ask: Ask = async (text, values) => (await query(text, values)).rows
  const number = async (sql: string) => Number((await ask(sql))[0]?.value)
  const sessions = Array.from({ length: SESSIONS }, () => crypto.randomUUID())
  await scheme.prepare(ask)
  await ask('CHECKPOINT')
  const log = () => number("SELECT pg_current_wal_lsn() - '0/0' AS value")
  const before = { log: await log(), ...costs() }
  let at = Date.now()
  for (let turn = 0; turn < REFRESHES; turn += 1) {
    for (const session of sessions) {
      at += (LIFETIME_MS - LEFT_MS) / SESSIONS
      await scheme.refresh(ask, session, at)
    }
    await scheme.tidy(ask, at)
    await ask(`VACUUM ${scheme.table}`)
  }
  // A server process accounts for its time when it waits again.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const after = { log: await log(), ...costs() }
  const size = await number(`SELECT pg_total_relation_size('${scheme.table}') AS value`)
  const refreshes = SESSIONS * REFRESHES
  const add = (what: string, value: number) => rounds.add(`${scheme.title}: ${what}`, value)
  add('write-ahead log of a refresh', (after.log - before.log) / refreshes)
  add('CPU of the database for a refresh', ((after.cpuMs - before.cpuMs) * 1_000) / refreshes)
  add('table and indexes in the end, for each session', size / SESSIONS)
}

/** The entries in force for each session, an hour after all began, if it is refreshed so often. */
async function entriesOf(scope: 'session' | 'token', everyMs: number): Promise<number> {
  const { createDenylistIndex } = await builtPackage('core/denylistIndex')
  const count = 1_000
  let now = Date.now()
  const index = createDenylistIndex({ now: () => now })
  const end = now + 60 * 60_000
  const step = everyMs / count
  for (let refresh = 0; now < end; refresh += 1, now += step) {
    const session = refresh % count
    index.add({
      ...{ id: idAt(now), scope, reason: 'rotated', revokedAt: now, effectiveAt: now + 10_000 },
      subject: scope === 'token' ? `jti:${idAt(now)}` : `sid:${session}`,
      expiresAt: now + LIFETIME_MS - everyMs,
    })
    if (refresh % 100 === 0) while (index.sweep());
  }
  return index.size[scope] / count
}
