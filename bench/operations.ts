import { handleEndpoints } from 'payload'
import { eachOperation, OPERATIONS, statementLog } from '../test/support/operations.js'
import { startPostgres } from '../test/support/postgresServer.js'
import { VARIANTS, type Variant } from './app/variants.js'
import { type Answer, atMost, figure, Rounds, ratio, rotated } from './support/figures.js'
import { mainThreadMs } from './support/mainThreadMs.js'
import { openPayload, READER } from './support/openPayload.js'
import { onPostgres } from './support/postgres.js'

const COMPARED = ['default', 'stateless', 'plugin'] as const satisfies Variant[]
const ROUNDS = 40
const WARM_UP = 4
const GOALS = { login: 6, me: 2, refresh: 7, password: 11, logout: 5 } as const

type What = 'statements' | 'ms' | 'process'

const WHAT: Readonly<Record<What, string>> = {
  statements: 'statements',
  ms: 'main thread',
  process: 'whole process',
}

/** What does each operation ask of the database, and how long does it keep the process busy? */
export async function operations(): Promise<Answer> {
  const server = startPostgres()
  const log = statementLog()
  const rounds = new Rounds<string>()
  const nameOf = (variant: Variant, operation: string, what: What) =>
    `${VARIANTS[variant].title}: ${operation}, ${WHAT[what]}`
  const apps = await Promise.all(
    COMPARED.map(async (variant) => {
      const db = onPostgres(server.createDatabase(), log.onStatement)
      const payload = await openPayload(variant, variant, db)
      const { config } = payload
      const send = (pathname: string, init: RequestInit) =>
        handleEndpoints({
          config,
          request: new Request(`http://127.0.0.1:3000${pathname}`, init),
          payloadInstanceCacheKey: variant,
        })
      return { variant, payload, send }
    }),
  )
  /** Nobody changes a password forty times within the life of a token: each round has an account. */
  const newcomer = async ({ payload }: (typeof apps)[number], round: number) => {
    const { email, password } = { ...READER, email: `member-${round}@example.com` }
    const where = { email: { equals: READER.email } }
    const reader = await payload.db.findOne<Hashed>({ collection: 'users', where })
    const data = { email, hash: reader?.hash, salt: reader?.salt }
    const { id } = await payload.db.create({ collection: 'users', data })
    return { id, email, password }
  }
  try {
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      for (const app of rotated(apps, round + WARM_UP)) {
        const { variant, send } = app
        await eachOperation(send, await newcomer(app, round), async (operation, run) => {
          const before = [mainThreadMs(), processMs()] as const
          const statements = await log.of(run)
          if (round < 0) return
          rounds.add(nameOf(variant, operation, 'ms'), mainThreadMs() - before[0])
          rounds.add(nameOf(variant, operation, 'process'), processMs() - before[1])
          rounds.add(nameOf(variant, operation, 'statements'), statements.length)
        })
      }
    }
  } finally {
    for (const { payload } of apps) await payload.destroy()
    server.stop()
  }
  const of = (variant: Variant, operation: string, what: What) =>
    figure(
      nameOf(variant, operation, what),
      what === 'statements' ? '' : 'ms',
      rounds.of(nameOf(variant, operation, what)),
    )
  const busier = (what: What) =>
    OPERATIONS.map((operation) =>
      ratio(
        `${operation}: ${WHAT[what]}, with the plugin / Payload's default`,
        rounds.of(nameOf('plugin', operation, what)),
        rounds.of(nameOf('default', operation, what)),
      ),
    )
  return {
    question: 'What does each operation ask of the database?',
    how: `PostgreSQL, one after another over REST in one process, ${ROUNDS} interleaved rounds, each with an account of its own; ratios are those within a round. Statements are those that Payload's adapter logs, with BEGIN and COMMIT and with what an operation leaves to the background; the main thread's time on a processor by Linux' own account. The whole process includes the thread pool, which hashes the passwords.`,
    figures: [
      ...OPERATIONS.flatMap((operation) =>
        COMPARED.flatMap((variant) => [
          of(variant, operation, 'statements'),
          of(variant, operation, 'ms'),
        ]),
      ),
      ...busier('ms'),
      ...busier('process'),
    ],
    goals: [
      ...OPERATIONS.map((operation) =>
        atMost(of('plugin', operation, 'statements'), GOALS[operation]),
      ),
      ...busier('ms').map((each) => atMost(each, 1)),
    ],
  }
}

/** With it an account is made without hashing its password. */
interface Hashed {
  id: number
  hash: string
  salt: string
}

function processMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
