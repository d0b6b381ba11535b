/**
 * One process of an application, or several in one. It revokes tokens, and records when it refuses
 * the tokens that others revoke.
 */
import type { Denylist } from '../../src/core/denylist.js'
import type { Feed, Ledger } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { builtPackage } from '../support/builtPackage.js'
import { tokenEnded } from '../support/localDenylist.js'
import { monotonicMs } from '../support/monotonicMs.js'
import { openLedger } from '../support/openLedger.js'
import { randomIds } from '../support/randomIds.js'
import { answerMessages } from '../support/worker.js'

export type AppCommand =
  | {
      do: 'start'
      database: string
      redisUrl: string | undefined
      /** How many denylists follow here. The first one revokes. Default: one. */
      apps?: number
      /** The folder of another build of the package. Default: this one. */
      build?: string | undefined
    }
  | { do: 'revoke'; perSecond: number; seconds: number }
  | { do: 'report' }

/** When each token was first seen to be refused. */
export type Sightings = Record<string, number>

export interface Revoked {
  /** When `revoke` was called, by token. */
  calledAt: Sightings
  /** When the ledger had the row, so that it was durable. */
  writtenAt: Sightings
  /** The time until the last one was acknowledged. */
  seconds: number
}

interface App {
  denylist?: Denylist
  refusedAt: Sightings
}

const writtenAt: Sightings = {}
const apps: App[] = []

answerMessages<AppCommand>(async (command) => {
  if (command.do === 'start') await startAll(command)
  if (command.do === 'revoke') return revoke(command)
  return command.do === 'report' ? apps.map(({ refusedAt }) => refusedAt) : {}
})

async function startAll(command: AppCommand & { do: 'start' }) {
  const { ledger } = await openLedger(command.database, { isNew: false })
  for (let i = 0; i < (command.apps ?? 1); i += 1) {
    const app: App = { refusedAt: {} }
    apps.push(app)
    app.denylist = await start(app, ledger, command)
  }
}

async function start(app: App, ledger: Ledger, { redisUrl, build }: AppCommand & { do: 'start' }) {
  const { createDenylist } = await builtPackage('core/denylist', build)
  const { redisFeed } = await builtPackage('redis/redisFeed', build)
  const made = createDenylist({
    ledger: notingLedger(app, ledger),
    feed: redisUrl === undefined ? undefined : notingFeed(app, redisFeed({ url: redisUrl })),
    maxTokenLifetimeMs: 7_200_000,
    maxStalenessMs: 10_000,
    // The plugin's defaults, with and without a feed.
    pollIntervalMs: redisUrl === undefined ? 1_000 : 3_000,
  })
  await made.catchUp()
  return made
}

/** Asks for the verdict of each token right after its revocation was handed over. */
function note({ denylist, refusedAt }: App, revocations: readonly Revocation[]) {
  for (const { subject, revokedAt, expiresAt } of revocations) {
    const id = idOf(subject)
    if (refusedAt[id] !== undefined || !denylist) continue
    const token = { id, session: id, collection: 'users', userId: '1', expiresAt }
    const times = { issuedAt: revokedAt, sessionStartedAt: revokedAt }
    const { status } = denylist.verdict({ ...token, ...times })
    if (status === 'revoked') refusedAt[id] = monotonicMs()
  }
}

const idOf = (subject: string) => subject.slice('jti:'.length)

/** When the next page is requested, the previous one has been processed. */
const notingLedger = (app: App, ledger: Ledger): Ledger => ({
  ...ledger,
  async append(revocations, within) {
    await ledger.append(revocations, within)
    for (const { subject } of revocations) writtenAt[idOf(subject)] = monotonicMs()
  },
  async *read(range) {
    for await (const page of ledger.read(range)) {
      yield page
      note(app, page)
    }
  },
})

const notingFeed = (app: App, feed: Feed): Feed => ({
  ...feed,
  follow: (follower) =>
    feed.follow({
      ...follower,
      learn(revocations) {
        follower.learn(revocations)
        note(app, revocations)
      },
    }),
})

/**
 * Like a crowd of users: the next revocation starts when it is due, even if the last is not done.
 */
async function revoke({ perSecond, seconds }: AppCommand & { do: 'revoke' }): Promise<Revoked> {
  const { uuidv7 } = await builtPackage('core/uuidv7')
  const ids = randomIds(perSecond * seconds)
  const calledAt: Sightings = {}
  const calls: Promise<void>[] = []
  const start = monotonicMs()
  const call = async (id: string) => {
    calledAt[id] = monotonicMs()
    await apps[0]?.denylist?.revoke([{ ...tokenEnded(id), id: uuidv7(Date.now()) }])
  }
  while (calls.length < ids.length) {
    const due = Math.min(ids.length, ((monotonicMs() - start) / 1_000) * perSecond)
    while (calls.length < due) calls.push(call(ids[calls.length] ?? ''))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(calls)
  const written = Object.fromEntries(ids.map((id) => [id, writtenAt[id] ?? Number.NaN]))
  return { calledAt, writtenAt: written, seconds: (monotonicMs() - start) / 1_000 }
}
