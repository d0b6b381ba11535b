import type { DatabaseAdapter } from 'payload'
import { mongoAdapterOf } from './mongoAdapter.js'

/** Servers before MongoDB 5 know `isMaster` instead of `hello`. */
const COMMANDS = [{ hello: 1 }, { isMaster: 1 }] as const
/** The error code of an unknown command. */
const COMMAND_NOT_FOUND = 59

/**
 * The time on the clock of MongoDB's primary, in milliseconds since the epoch. `undefined` for
 * another database, and for a server that does not report its time.
 */
export async function mongoTime(db: DatabaseAdapter): Promise<number | undefined> {
  const connected = mongoAdapterOf(db)?.connection.db
  if (!connected) return undefined
  for (const command of COMMANDS) {
    try {
      const { localTime } = await connected.command(command, { readPreference: 'primary' })
      return localTime instanceof Date ? localTime.getTime() : undefined
    } catch (error) {
      if ((error as { code?: unknown }).code !== COMMAND_NOT_FOUND) throw error
    }
  }
  return undefined
}
