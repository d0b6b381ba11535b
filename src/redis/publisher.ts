import { CLOCK_TOLERANCE_MS, type Revocation, type Subject } from '../core/revocation.js'
import { type Client, type Connection, isCluster } from './connection.js'
import type { Keys } from './keys.js'
import { toLogEntry } from './logEntry.js'
import { timeOf } from './logReader.js'
import { APPEND_ALL, PUT_CUTOFF, PUT_WHOLE } from './scripts.js'

/** Writes to Redis. Writing the same revocation again is harmless. */
export interface Publisher {
  /** Writes keys and log entries; rejects when some may be missing. */
  publish(revocations: readonly Revocation[]): Promise<void>
  /** As `publish`, for very many, which may take their time. */
  fill(revocations: readonly Revocation[]): Promise<void>
  /** As `fill`, but the keys alone. */
  put(revocations: readonly Revocation[]): Promise<void>
  /** Removes the keys of these subjects. */
  remove(subjects: readonly Subject[]): Promise<void>
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
}

const BATCH = 500
/** For one batch of very many: a busy server must not make the whole begin again. */
const PATIENT_LIMIT_MS = 5_000
/** From here on commands go out as one pipeline. */
const FEW = 8

type Command = [name: string, ...args: (number | string)[]]

export function createPublisher({ connection, keys, retentionMs }: PublisherOptions): Publisher {
  /** The latest time seen in an id. */
  let newest = 0

  /** By our clock and by that of Redis, whichever is behind. */
  const oldestNeeded = () => Math.min(Date.now(), newest) - retentionMs()

  const saw = (id: string) => {
    newest = Math.max(newest, timeOf(id))
  }

  const send = async (client: Client, commands: readonly Command[]): Promise<unknown[]> => {
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
  const toAppend = (entries: readonly (readonly string[])[]): Command => {
    const oldest = Math.max(0, Math.floor(oldestNeeded() - CLOCK_TOLERANCE_MS))
    const [first = []] = entries
    if (entries.length > 1) {
      return ['eval', APPEND_ALL, 1, keys.log, oldest, ...entries.map(([, value = '']) => value)]
    }
    const trim = oldest > 0 ? ['MINID', '~', oldest] : []
    return ['xadd', keys.log, ...trim, '*', ...first]
  }

  const toMerge = (revocation: Revocation): Command => {
    const { cutoff, effectiveAt, expiresAt, reason, subject } = revocation
    const ttlMs = Math.max(1, Math.ceil(expiresAt - Date.now()))
    const key = keys.of(subject)
    const value = effectiveAt === undefined ? reason : `${reason} ${effectiveAt}`
    if (cutoff === undefined) return ['eval', PUT_WHOLE, 1, key, value, ttlMs]
    const spared = encodeURIComponent(revocation.exceptSession ?? '')
    return ['eval', PUT_CUTOFF, 1, key, cutoff, spared, ttlMs]
  }

  /** As {@link toMerge}, but by a plain command that does nothing where there is a key already. */
  const toPut = (revocation: Revocation): Command => {
    if (revocation.lifts !== undefined) return ['del', keys.of(revocation.subject)]
    const merge = toMerge(revocation)
    const [, , , key = '', value = '', ttlMs = 0] = merge
    return revocation.cutoff === undefined ? ['set', key, value, 'PX', ttlMs, 'NX'] : merge
  }

  const write = async (
    revocations: readonly Revocation[],
    { isLogged, limitMs }: { isLogged: boolean; limitMs?: number },
  ) => {
    for (let i = 0; i < revocations.length; i += BATCH) {
      const now = Date.now()
      const batch = revocations.slice(i, i + BATCH).filter(({ expiresAt }) => expiresAt > now)
      if (batch.length === 0) continue
      await connection.run(async (client) => {
        const append = isLogged ? [toAppend(batch.map(toLogEntry))] : []
        const replies = await send(client, [...batch.map(toPut), ...append])
        if (isLogged) saw(String(replies.at(-1)))
        const there = batch.filter(({ cutoff }, j) => cutoff === undefined && replies[j] === null)
        if (there.length > 0) await send(client, there.map(toMerge))
      }, limitMs)
    }
  }

  return {
    publish: (revocations) => write(revocations, { isLogged: true }),
    fill: (revocations) => write(revocations, { isLogged: true, limitMs: PATIENT_LIMIT_MS }),
    put: (revocations) => write(revocations, { isLogged: false, limitMs: PATIENT_LIMIT_MS }),
    async remove(subjects) {
      await connection.run((client) =>
        send(
          client,
          subjects.map((subject): Command => ['del', keys.of(subject)]),
        ),
      )
    },
    async append(fields) {
      const [id] = await connection.run((client) => send(client, [toAppend([fields])]))
      saw(String(id))
      return String(id)
    },
    saw,
    isTrimmable: (id) => timeOf(id) < oldestNeeded(),
  }
}
