import type { PublishOptions } from '../core/ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation, type Subject } from '../core/revocation.js'
import { inTime } from '../core/timeLimit.js'
import { type Client, type Connection, isCluster } from './connection.js'
import { createKeyCommands, type RedisCommand } from './keyCommands.js'
import type { Keys } from './keys.js'
import { toLogEntry } from './logEntry.js'
import { timeOf } from './logReader.js'
import { APPEND_ALL } from './luaScripts.js'

/** Writes to Redis. Writing the same revocation again is harmless. */
export interface Publisher {
  /** Writes keys and log entries; rejects when some may be missing. */
  publish(revocations: readonly Revocation[]): Promise<void>
  /** As `publish`, for very many, which may take their time. */
  fill(revocations: readonly Revocation[]): Promise<void>
  /** As `fill`, but the keys alone. */
  put(revocations: readonly Revocation[]): Promise<void>
  /** Appends an entry that is no revocation and returns its id. */
  append(fields: readonly string[]): Promise<string>
  /** Tells the id of an entry that was read or written: by it Redis' own clock is known. */
  saw(id: string): void
  /** Whether an entry this old may have been trimmed: what it names has expired. */
  isTrimmable(id: string): boolean
}

export interface PublisherOptions {
  connection: Connection
  keys: Keys
  /** How long a revocation can stay in force, in milliseconds; `Infinity` while unknown. */
  retentionMs(): number
  /** See {@link PublishOptions.inForce}; `undefined` while nobody can be asked. */
  inForce(): PublishOptions['inForce']
}

const BATCH = 500
/** For one batch of very many: a busy server must not make the whole begin again. */
const PATIENT_LIMIT_MS = 5_000
/** From here on commands go out as one pipeline. */
const FEW = 8

interface Manner {
  isLogged: boolean
  limitMs?: number
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { connection, keys, retentionMs } = options
  const keyCommands = createKeyCommands(keys)
  /** The latest time seen in an id. */
  let newest = 0

  /** By our clock and by that of Redis, whichever is behind. */
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

  const sendAll = (all: readonly RedisCommand[], limitMs?: number) =>
    connection.run((client) => send(client, all), limitMs)

  const write = (revocations: readonly Revocation[], { isLogged, limitMs }: Manner) =>
    connection.run(async (client) => {
      const append = isLogged ? [toAppend(revocations.map(toLogEntry))] : []
      const replies = await send(client, [...revocations.map(keyCommands.put), ...append])
      if (isLogged) saw(String(replies.at(-1)))
      const isThere = ({ cutoff }: Revocation, i: number) =>
        cutoff === undefined && replies[i] === null
      const there = revocations.filter(isThere)
      if (there.length > 0) await send(client, there.map(keyCommands.merge))
    }, limitMs)

  /**
   * Lets the keys say what is in force without what was lifted: they are written from what the
   * ledger holds, and once more, since whoever revoked in between may have seen its key go.
   */
  const rewriteKeys = async (subjects: readonly Subject[], limitMs?: number) => {
    const ask = options.inForce()
    if (!ask) return
    const before = await inTime(ask(subjects), PATIENT_LIMIT_MS)
    await sendAll(
      subjects.map((subject) => keyCommands.replace(subject, before)),
      limitMs,
    )
    const after = await inTime(ask(subjects), PATIENT_LIMIT_MS)
    await sendAll(after.map(keyCommands.merge), limitMs)
  }

  /** Whoever reads of a lift and cannot ask the ledger asks the keys: they come first. */
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

  return {
    publish: (revocations) => writeAll(revocations, { isLogged: true }),
    fill: (revocations) => writeAll(revocations, { isLogged: true, limitMs: PATIENT_LIMIT_MS }),
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
