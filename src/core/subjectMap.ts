import type { Subject } from './revocation.js'

/**
 * A map keyed by the subjects `everyone` and `user:<collection>:<id>`. It can be asked about a user
 * without building the subject's text, which would triple the cost of a look-up.
 */
export interface SubjectMap<Value> {
  get(subject: Subject): Value | undefined
  /** Like `get`, for `user:<collection>:<id>`. */
  ofUser(collection: string, id: string): Value | undefined
  set(subject: Subject, value: Value): void
  delete(subject: Subject): void
  readonly everyone: Value | undefined
  /** How many users it holds. */
  readonly users: number
}

export function createSubjectMap<Value>(): SubjectMap<Value> {
  const collections = new Map<string, Map<string, Value>>()
  let everyone: Value | undefined
  let users = 0

  return {
    get(subject) {
      if (subject === 'everyone') return everyone
      const { collection, id } = partsOf(subject)
      return collections.get(collection)?.get(id)
    },

    ofUser(collection, id) {
      // Both `a` with `b:c` and `a:b` with `c` give `user:a:b:c`.
      if (collection.includes(':')) return this.get(`user:${collection}:${id}`)
      return collections.get(collection)?.get(id)
    },

    set(subject, value) {
      if (subject === 'everyone') {
        everyone = value
        return
      }
      const { collection, id } = partsOf(subject)
      const known = collections.get(collection) ?? new Map<string, Value>()
      collections.set(collection, known)
      if (!known.has(id)) users += 1
      known.set(id, value)
    },

    delete(subject) {
      if (subject === 'everyone') {
        everyone = undefined
        return
      }
      const { collection, id } = partsOf(subject)
      if (collections.get(collection)?.delete(id)) users -= 1
    },

    get everyone() {
      return everyone
    },

    get users() {
      return users
    },
  }
}

const PREFIX = 'user:'

/**
 * The parts of a user's subject. It is split at the first colon after the prefix, even if the
 * collection contains one.
 */
export function partsOf(subject: Subject): { collection: string; id: string } {
  const colon = subject.indexOf(':', PREFIX.length)
  return { collection: subject.slice(PREFIX.length, colon), id: subject.slice(colon + 1) }
}
