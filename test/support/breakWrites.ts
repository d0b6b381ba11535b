import type { Payload } from 'payload'

/**
 * From now on this process cannot write anything new to its database. Returns a function that
 * repairs it.
 */
export function breakWrites({ db }: Payload): () => void {
  const drizzle = db.drizzle as unknown as { insert: unknown }
  const { create } = db
  const { insert } = drizzle
  db.create = () => Promise.reject(new Error('disk full'))
  drizzle.insert = () => {
    throw new Error('disk full')
  }
  return () => {
    db.create = create
    drizzle.insert = insert
  }
}
