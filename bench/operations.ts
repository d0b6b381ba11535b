import { handleEndpoints } from 'payload'
import { eachOperation, OPERATIONS, statementLog } from '../test/support/operations.js'
import { startPostgres } from '../test/support/postgresServer.js'
import { VARIANTS, type Variant } from './app/variants.js'
import { type Answer, atMost, figure, Rounds, ratio, rotated } from './support/figures.js'
import { mainThreadMs } from './support/mainThreadMs.js'
import { openPayload, READER } from './support/openPayload.js'
import { onPostgres } from './support/postgres.js'

const COMPARED = ['default', 'stateless', 'plugin'] as const satisfies Variant[]
const ROUNDS = 30
const GOALS = { login: 6, me: 2, refresh: 7, password: 12, logout: 5 } as const

type What = 'statements' | 'ms'

/** What does each operation ask of the database, and how long does it keep the process busy? */
export async function operations(): Promise<Answer> {
  const server = startPostgres()
  const log = statementLog()
  const rounds = new Rounds<string>()
  const nameOf = (variant: Variant, operation: string, what: What) =>
    `${VARIANTS[variant].title}: ${operation}, ${what === 'ms' ? 'main thread' : 'statements'}`
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
  const account = { ...READER, id: 1 }
  try {
    for (const { send } of apps) await eachOperation(send, account, (_, run) => run())
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { variant, send } of rotated(apps, round)) {
        await eachOperation(send, account, async (operation, run) => {
          const before = mainThreadMs()
          const statements = await log.of(run)
          rounds.add(nameOf(variant, operation, 'ms'), mainThreadMs() - before)
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
      what === 'ms' ? 'ms' : '',
      rounds.of(nameOf(variant, operation, what)),
    )
  const busier = OPERATIONS.map((operation) =>
    ratio(
      `${operation}: main thread, with the plugin / Payload's default`,
      rounds.of(nameOf('plugin', operation, 'ms')),
      rounds.of(nameOf('default', operation, 'ms')),
    ),
  )
  return {
    question: 'What does each operation ask of the database?',
    how: `PostgreSQL, one after another over REST in one process, ${ROUNDS} interleaved rounds. Statements are those that Payload's adapter logs, with BEGIN and COMMIT and with what an operation leaves to the background; the main thread's time on a processor by Linux' own account.`,
    figures: [
      ...OPERATIONS.flatMap((operation) =>
        COMPARED.flatMap((variant) => [
          of(variant, operation, 'statements'),
          of(variant, operation, 'ms'),
        ]),
      ),
      ...busier,
    ],
    goals: [
      ...OPERATIONS.map((operation) =>
        atMost(of('plugin', operation, 'statements'), GOALS[operation]),
      ),
      ...busier.map((each) => atMost(each, 1)),
    ],
  }
}
