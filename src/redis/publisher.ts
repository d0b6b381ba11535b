import type { PublishOptions } from '../core/ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation, type Subject } from '../core/revocation.js'
import { inTime } from '../core/timeLimit.js'
import { type Client, type Connection, isCluster } from './connection.js'
import { createKeyCommands, type RedisCommand } from './keyCommands.js'
import type { Keys } from './keys.js'
import { toLogEntry } from './logEntry.js'
import { timeOf } from './logPages.js'
import { APPEND_ALL } from './luaScripts.js'
import { toPackedEntry } from './packedEntry.js'

/** Writes to Redis. Writing the same revocation again is harmless. */
export interface Publisher {
  /** Writes keys and log entries. Rejects when some may be missing. */
  publish(revocations: readonly Revocation[]): Promise<void>
  /** Like `publish`, for very many: in packed entries, whose ids it returns, and more patiently. */
  fill(revocations: readonly Revocation[]): Promise<string[]>
  /** Like `fill`, but writes only the keys. */
  put(revocations: readonly Revocation[]): Promise<void>
  /** Appends an entry that is not a revocation, and returns its id. */
  append(fields: readonly string[]): Promise<string>
  /** Takes the id of an entry that was read or written. It shows the time on the clock of Redis. */
  saw(id: string): void
  /** Whether an entry this old may have been trimmed, because what it names has expired. */
  isTrimmable(id: string): boolean
}

export interface PublisherOptions {
  connection: Connection
  keys: Keys
  /** How long a revocation can stay in force, in milliseconds; `Infinity` while unknown. */
  retentionMs(): number
  /** See {@link PublishOptions.inForce}; `undefined` when no ledger can be asked. */
  inForce(): PublishOptions['inForce']
}

const BATCH = 500
/** The limit for one batch of a large fill. A busy server must not make the fill start over. */
const PATIENT_LIMIT_MS = 5_000
/** From this many on, commands are sent as one pipeline. */
const FEW = 8
/** From this many on, their keys are written by one script. */
const MANY = 50
/** So many batches are under way during a fill: Redis works while the next one is prepared. */
const AT_ONCE = 3

interface Manner {
  isLogged: boolean
  isPacked?: boolean
  limitMs?: number
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { connection, keys, retentionMs } = options
  const keyCommands = createKeyCommands(keys)
  /** The latest time in any id. */
  let newest = 0
  /** Until a server refuses it. */
  let canPutMany = true

  /** By our clock or the clock of Redis, whichever is behind. */
  const oldestNeeded = () => Math.min(Date.now(), newest) - retentionMs()

  const saw = (id: string) => {
    newest = Math.max(newest, timeOf(id))
  }

  const send = async (client: Client, commands: readonly RedisCommand[]): Promise<unknown[]> => {
    if (isCluster(client) || commands.length < FEW) {
      return Promise.all(commands.map(([name, ...args]) => client.call(name, ...args)))
    }
    const replies = await client.pipeline(commands.map((each) => [...each])).exec()
    return (replies ?? []).map(([error, reply]) => {
      if (error) throw error
      return reply
    })
  }

  /** One `XADD`, or one script for several entries. */
  const toAppend = (entries: readonly (readonly string[])[]): RedisCommand => {
    const oldest = Math.max(0, Math.floor(oldestNeeded() - CLOCK_TOLERANCE_MS))
    const [first = []] = entries
    if (entries.length > 1) {
      return ['eval', APPEND_ALL, 1, keys.log, oldest, ...entries.map(([, value = '']) => value)]
    }
    const trim = oldest > 0 ? ['MINID', '~', oldest] : []
    return ['xadd', keys.log, ...trim, '*', ...first]
  }

  /**
   * Writes many keys with one script, and returns the revocations whose keys exist. `undefined`:
   * they are few, or the keys may lie on several servers, also behind a proxy.
   */
  const putMany = async (client: Client, revocations: readonly Revocation[]) => {
    if (!canPutMany || isCluster(client) || revocations.length < MANY) return undefined
    const wholes = revocations.filter(({ cutoff }) => cutoff === undefined)
    const cutoffs = revocations.filter(({ cutoff }) => cutoff !== undefined)
    try {
      const [there] = wholes.length > 0 ? await send(client, [keyCommands.putAll(wholes)]) : [[]]
      await send(client, cutoffs.map(keyCommands.merge))
      return (there as number[]).flatMap((position) => wholes[position] ?? [])
    } catch (error) {
      if ((error as Error).name !== 'ReplyError') throw error
      canPutMany = false
      return undefined
    }
  }

  const sendAll = (all: readonly RedisCommand[], limitMs?: number) =>
    connection.run((client) => send(client, all), limitMs)

  /** Returns the id of the last entry. */
  const write = async (revocations: readonly Revocation[], how: Manner): Promise<string> => {
    const { isLogged, isPacked } = how
    const entries = isPacked ? [await toPackedEntry(revocations)] : revocations.map(toLogEntry)
    return connection.run(async (client) => {
      const append = isLogged ? [toAppend(entries)] : []
      const known = await putMany(client, revocations)
      const puts = known ? [] : revocations.map(keyCommands.put)
      // An entry tells everybody that its key is there. Only one server keeps their order by itself.
      const steps = isCluster(client) ? [puts, append] : [[...puts, ...append]]
      const replies: unknown[] = []
      for (const step of steps) replies.push(...(await send(client, step)))
      const id = String(replies.at(-1))
      if (isLogged) saw(id)
      const there = known ?? revocations.filter((each, i) => !each.cutoff && replies[i] === null)
      if (there.length > 0) await send(client, there.map(keyCommands.merge))
      return id
    }, how.limitMs)
  }

  /**
   * Rewrites the keys without the lifted revocations, from the ledger. A second pass follows,
   * because a revocation that was written in between may have lost its key.
   */
  const rewriteKeys = async (subjects: readonly Subject[], limitMs?: number) => {
    const ask = options.inForce()
    if (!ask) return
    const before = await inTime(ask(subjects), PATIENT_LIMIT_MS)
    const replacing = subjects.map((subject) => keyCommands.replace(subject, before))
    await sendAll(replacing, limitMs)
    const after = await inTime(ask(subjects), PATIENT_LIMIT_MS)
    await sendAll(after.map(keyCommands.merge), limitMs)
  }

  /** The keys are written first, because a reader of the lift without a ledger asks the keys. */
  const writeLifts = async (lifts: readonly Revocation[], { isLogged, limitMs }: Manner) => {
    await rewriteKeys([...new Set(lifts.map(({ subject }) => subject))], limitMs)
    if (!isLogged) return
    const [id] = await sendAll([toAppend(lifts.map(toLogEntry))], limitMs)
    saw(String(id))
  }

  const writeAll = async (all: readonly Revocation[], how: Manner) => {
    for (let i = 0; i < all.length; i += BATCH) {
      const now = Date.now()
      const batch = all.slice(i, i + BATCH).filter(({ expiresAt }) => expiresAt > now)
      const lifts = batch.filter((each) => each.lifts !== undefined)
      const others = lifts.length > 0 ? batch.filter((each) => each.lifts === undefined) : batch
      if (others.length > 0) await write(others, how)
      if (lifts.length > 0) await writeLifts(lifts, how)
    }
  }

  const fill = async (all: readonly Revocation[]) => {
    const now = Date.now()
    const inForce = all.filter(({ expiresAt }) => expiresAt > now)
    const others = inForce.filter((each) => each.lifts === undefined)
    const how = { isLogged: true, isPacked: true, limitMs: PATIENT_LIMIT_MS }
    const ids: string[] = []
    let next = 0
    const writeOn = async () => {
      while (next < others.length) {
        const batch = others.slice(next, next + BATCH)
        next += BATCH
        ids.push(await write(batch, how))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, writeOn))
    // They rewrite keys, so what they take back has been written before.
    const lifts = inForce.filter((each) => each.lifts !== undefined)
    await writeAll(lifts, { isLogged: true, limitMs: PATIENT_LIMIT_MS })
    return ids
  }

  return {
    fill,
    publish: (revocations) => writeAll(revocations, { isLogged: true }),
    put: (revocations) => writeAll(revocations, { isLogged: false, limitMs: PATIENT_LIMIT_MS }),
    async append(fields) {
      const [id] = await connection.run((client) => send(client, [toAppend([fields])]))
      saw(String(id))
      return String(id)
    },
    saw,
    isTrimmable: (id) => timeOf(id) < oldestNeeded(),
  }
}
