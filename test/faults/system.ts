import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { until } from '../support/until.js'
import { reactionOf } from './ask.js'
import { type Database, startDatabase } from './database.js'
import { createMember, type Member } from './member.js'
import { mint } from './mint.js'
import type { Part } from './schedule.js'
import {
  BOUND_MS,
  type ChildSettings,
  CLOCK_OFFSET_MS,
  type DatabaseKind,
  type Safeguard,
} from './settings.js'
import { type Store, startStore } from './store.js'

/** Two apps on one database and a guard without one, all on one Redis, with different clocks. */
export interface System {
  readonly store: Store
  readonly database: Database
  readonly apps: readonly [Member, Member]
  readonly guard: Member
  readonly members: readonly Member[]
  /** Since when Redis cannot be reached, by `performance.now()`. */
  redisGoneSince: number | undefined
  /** Does `work` to these parts while nothing else is done to them. */
  disturb(parts: readonly Part[], work: () => Promise<void>): Promise<void>
  /** Whether a disturbance explains that a member answered 503 at this time. */
  isExcused(member: Member, time: { sentAt: number; answeredAt: number }): boolean
  /** Whether the ledger may have been locked during this time. */
  wasLocked(time: { sentAt: number; answeredAt: number }): boolean
  close(): Promise<void>
}

export interface SystemOptions {
  database: DatabaseKind
  users: NonNullable<ChildSettings['users']>
  without?: Safeguard | undefined
  busyTimeoutMs?: number | undefined
}

/** What explains a 503. An app has the ledger, so a missing Redis is no excuse for it. */
const EXCUSES: Readonly<Record<Member['role'], readonly Part[]>> = {
  app: ['processes', 'ledger'],
  guard: ['redis', 'processes', 'ledger'],
}

/** After a disturbance, apps that answered 503 have this long to recover. */
const RECOVERY_MS = BOUND_MS + 1_000

export async function startSystem(options: SystemOptions): Promise<System> {
  const { users, without, busyTimeoutMs } = options
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-faults-'))
  const [store, database] = await Promise.all([
    startStore(),
    startDatabase(options.database, { folder, busyTimeoutMs }),
  ])
  const settings = () => ({
    ...{ database: database.settings, without },
    redis: { url: store.url },
  })
  const ahead = (more: Partial<ChildSettings> = {}) => ({
    ...{ clockOffsetMs: CLOCK_OFFSET_MS, settings: { ...settings(), ...more } },
  })
  if (database.replicate) {
    const founder = createMember({ name: 'founder', role: 'app', ...ahead({ users }) })
    await founder.start()
    await founder.kill()
    await database.replicate()
  }
  const behind = { clockOffsetMs: -CLOCK_OFFSET_MS, settings: settings() }
  const first = createMember({
    ...{ name: 'app 1', role: 'app' },
    ...ahead(database.replicate ? {} : { users }),
  })
  const second = createMember({ name: 'app 2', role: 'app', ...behind })
  const guard = createMember({ name: 'guard', role: 'guard', ...behind })
  const members = [first, second, guard]
  const disturbances: { parts: readonly Part[]; from: number; to: number }[] = []
  const queues = new Map<Part, Promise<void>>()

  await first.start()
  await Promise.all([second.start(), guard.start()])
  const { text } = mint({ userId: 1, lifetimeS: 600, clockOffsetMs: 0 })
  await until('every process accepts a token', async () => {
    const answers = await Promise.all(members.map((member) => member.show(text)))
    return answers.every((answer) => reactionOf(answer) === 'accepted')
  })

  const record = async (parts: readonly Part[], work: () => Promise<void>) => {
    const disturbance = { parts, from: performance.now(), to: Number.POSITIVE_INFINITY }
    disturbances.push(disturbance)
    await work()
    disturbance.to = performance.now()
  }

  return {
    store,
    database,
    apps: [first, second],
    guard,
    members,
    redisGoneSince: undefined,
    async disturb(parts, work) {
      const before = Promise.all(parts.map((part) => queues.get(part)))
      const done = before.then(() => record(parts, work))
      for (const part of parts)
        queues.set(
          part,
          done.catch(() => {}),
        )
      await done
    },
    isExcused: ({ role }, { sentAt, answeredAt }) =>
      disturbances.some(
        ({ parts, from, to }) =>
          parts.some((part) => EXCUSES[role].includes(part)) &&
          from < answeredAt &&
          sentAt < to + RECOVERY_MS,
      ),
    wasLocked: ({ sentAt, answeredAt }) =>
      disturbances.some(
        ({ parts, from, to }) => parts.includes('ledger') && from < answeredAt && sentAt < to,
      ),
    async close() {
      await Promise.all(members.map((member) => member.kill()))
      await Promise.all([store.stop(), database.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
