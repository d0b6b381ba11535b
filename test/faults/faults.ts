import { setTimeout as pause } from 'node:timers/promises'
import { lockLedger } from './ledgerLock.js'
import type { Member } from './member.js'
import { FAULTS, type Fault, type FaultKind, PARTS } from './schedule.js'
import type { System } from './system.js'

/** What a fault needs of the workload: logouts that are under way when it strikes. */
export interface Victims {
  /** Starts so many logouts at this app; resolves when the first is done, or takes too long. */
  logOutAt(app: Member, count: number): Promise<void>
}

/** By now the apps have given up the connection to a frozen Redis. */
const WITHOUT_CONNECTION_MS = 1_500

type Inject = (system: System, fault: Fault, victims: Victims) => Promise<void>

const withoutRedis = async (system: System, work: () => Promise<void>) => {
  system.redisGoneSince = performance.now()
  await work()
  system.redisGoneSince = undefined
}

const startAgain = async (member: Member) => {
  // A locked database can make the first attempt fail.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await member.start()
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

const killRedis: Inject = async (system, { lastsMs }) => {
  await system.store.kill()
  await withoutRedis(system, () => pause(lastsMs))
  await system.store.restart()
}

const injectors: Record<FaultKind, Inject> = {
  'redis-killed': killRedis,
  'redis-away': killRedis,

  async 'redis-frozen'(system, { lastsMs }) {
    await system.store.freeze()
    await withoutRedis(system, () => pause(lastsMs))
    await system.store.thaw()
  },

  async 'redis-flushed'({ store }) {
    await store.client.flushall()
  },

  async 'redis-rolled-back'({ store }, { lastsMs }) {
    await store.snapshot()
    await pause(lastsMs)
    await store.kill()
    await store.restart()
    store.forgetSnapshot()
  },

  async 'redis-reconfigured'({ store }, { lastsMs, force }) {
    await store.snapshot()
    await store.kill()
    await pause(lastsMs)
    await store.restart()
    store.forgetSnapshot()
    await store.client.config('SET', 'stream-node-max-entries', Math.round(10 + 90 * force))
  },

  async 'redis-evicting'({ store: { client } }, { lastsMs, force }) {
    const numberIn = async (section: string, name: string) =>
      Number(new RegExp(`${name}:(\\d+)`).exec(await client.info(section))?.[1])
    const evictedBefore = await numberIn('stats', 'evicted_keys')
    const fill = (n: number) =>
      // Once nothing is left to evict, Redis takes no more.
      client.set(`filler:${n}`, 'x'.repeat(10_000), 'PX', 1_500).catch(() => {})
    await Promise.all(Array.from({ length: 50 }, (_, n) => fill(n)))
    const used = await numberIn('memory', 'used_memory')
    const held = await numberIn('memory', 'used_memory_dataset')
    await client.config('SET', 'maxmemory-policy', force < 0.5 ? 'allkeys-lru' : 'allkeys-random')
    await client.config('SET', 'maxmemory', Math.round(used - held * (0.1 + 0.8 * force)))
    const until = performance.now() + lastsMs
    for (let n = 50; performance.now() < until; n += 1) await fill(n)
    await client.config('SET', 'maxmemory', 0)
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    if ((await numberIn('stats', 'evicted_keys')) === evictedBefore) {
      throw new Error('Redis evicted nothing')
    }
  },

  async 'app-killed'(system, { app, lastsMs, force }, victims) {
    const member = system.apps[app]
    const logout = victims.logOutAt(member, 8)
    await pause(force * 40)
    await member.kill()
    await logout
    await pause(lastsMs)
    await startAgain(member)
  },

  async 'guard-killed'({ guard }, { lastsMs }) {
    await guard.kill()
    await pause(lastsMs)
    await startAgain(guard)
  },

  async 'app-killed-with-backlog'(system, { app, lastsMs }, victims) {
    const member = system.apps[app]
    await system.store.freeze()
    await withoutRedis(system, async () => {
      await victims.logOutAt(member, 2)
      await pause(lastsMs)
      await victims.logOutAt(member, 6)
      await member.kill()
    })
    await system.store.thaw()
    await startAgain(member)
  },

  async 'apps-frozen-with-backlog'(system, { app, lastsMs }, victims) {
    await system.store.freeze()
    await withoutRedis(system, async () => {
      // What was on its way is read when Redis goes on; later ones find no connection.
      await victims.logOutAt(system.apps[app], 2)
      await pause(WITHOUT_CONNECTION_MS)
      await victims.logOutAt(system.apps[app], 6)
      await Promise.all(system.apps.map((each) => each.freeze()))
    })
    await system.store.thaw()
    await pause(lastsMs)
    await Promise.all(system.apps.map((each) => each.thaw()))
  },

  'ledger-locked': ({ database }, { lastsMs }) => lockLedger(database, lastsMs),
}

/** Does all of this to the system: one after another to each part, to several parts at once. */
export async function injectAll(
  faults: readonly Fault[],
  { system, victims, onDone }: { system: System; victims: Victims; onDone: (fault: Fault) => void },
): Promise<void> {
  const inject = async (fault: Fault) => {
    await pause(fault.pauseMs)
    const { touches } = FAULTS[fault.kind]
    await system.disturb(touches, () => injectors[fault.kind](system, fault, victims))
    onDone(fault)
  }
  await Promise.all(
    PARTS.map(async (part) => {
      for (const fault of faults) {
        if (FAULTS[fault.kind].touches[0] === part) await inject(fault)
      }
    }),
  )
}
