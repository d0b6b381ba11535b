import type { Payload } from 'payload'
import { mongoAdapterOf } from '../../src/plugin/database/mongoAdapter.js'
import { breakStatements } from './breakStatements.js'

/**
 * From now on this process cannot write anything new to its database. Returns a function that
 * repairs it.
 */
export function breakWrites({ db }: Payload): () => void {
  const drizzle = db.drizzle as unknown as { insert: unknown } | undefined
  const models = Object.values(mongoAdapterOf(db)?.collections ?? {}) as { insertMany: unknown }[]
  const mends = [
    replace(db, 'create', () => Promise.reject(new Error('disk full'))),
    ...(drizzle ? [replace(drizzle, 'insert', fail)] : []),
    breakStatements(db, { isBroken: (text) => text.includes('INSERT INTO'), fail }),
    ...models.map((model) => replace(model, 'insertMany', fail)),
  ]
  return () => {
    for (const mend of mends) mend()
  }
}

const fail = () => {
  throw new Error('disk full')
}

function replace<Name extends string>(
  owner: Record<Name, unknown> | object,
  name: Name,
  other: unknown,
) {
  const target = owner as Record<Name, unknown>
  const own = target[name]
  target[name] = other
  return () => {
    target[name] = own
  }
}
