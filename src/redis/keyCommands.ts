import type { Revocation, Subject } from '../core/revocation.js'
import type { Keys } from './keys.js'
import { PUT_ALL, PUT_CUTOFF, PUT_WHOLE } from './luaScripts.js'

export type RedisCommand = [name: string, ...args: (number | string)[]]

/** The commands that write revocations to keys. */
export interface KeyCommands {
  /** Merges a revocation into its key. The stricter one wins. */
  merge(revocation: Revocation): RedisCommand
  /** Like `merge`, but as a plain command that returns null and does nothing if the key exists. */
  put(revocation: Revocation): RedisCommand
  /** Like `put` for many tokens and sessions: returns the positions of the keys that exist. */
  putAll(revocations: readonly Revocation[]): RedisCommand
  /** Overwrites the key of a token or session with these revocations. */
  replace(subject: Subject, inForce: readonly Revocation[]): RedisCommand
}

export function createKeyCommands(keys: Keys): KeyCommands {
  const merge = (revocation: Revocation): RedisCommand => {
    const { cutoff, subject } = revocation
    const [key, ttlMs] = [keys.of(subject), ttlOf(revocation)]
    if (cutoff === undefined) return ['eval', PUT_WHOLE, 1, key, markerOf(revocation), ttlMs]
    const spared = encodeURIComponent(revocation.exceptSession ?? '')
    return ['eval', PUT_CUTOFF, 1, key, cutoff, spared, ttlMs]
  }

  return {
    merge,

    put(revocation) {
      const { cutoff, subject } = revocation
      if (cutoff !== undefined) return merge(revocation)
      return ['set', keys.of(subject), markerOf(revocation), 'PX', ttlOf(revocation), 'NX']
    },

    putAll(revocations) {
      const names = revocations.map(({ subject }) => keys.of(subject))
      const values = revocations.flatMap((each) => [markerOf(each), ttlOf(each)])
      return ['eval', PUT_ALL, names.length, ...names, ...values]
    },

    replace(subject, inForce) {
      const key = keys.of(subject)
      const own = inForce.filter((each) => each.subject === subject)
      const [first] = own.toSorted((one, other) => effectOf(one) - effectOf(other))
      if (!first) return ['del', key]
      return ['set', key, markerOf(first), 'PX', Math.max(...own.map(ttlOf))]
    },
  }
}

const effectOf = ({ effectiveAt = 0 }: Revocation) => effectiveAt

const markerOf = ({ effectiveAt, reason }: Revocation) =>
  effectiveAt === undefined ? reason : `${reason} ${effectiveAt}`

const ttlOf = ({ expiresAt }: Revocation) => Math.max(1, Math.ceil(expiresAt - Date.now()))
