import type { Client } from './connection.js'
import { READ_EPOCH } from './luaScripts.js'

/**
 * The value of the epoch key: `<mark> <id of the log entry that holds the mark> <run id>`. It
 * says that the server process with this `run_id` has been filled, beginning at that entry.
 *
 * A flush takes the key away. After a restart or a failover another process answers, and it may
 * lack the latest writes however whole it looks (replication and disk lag behind): the run id
 * differs, so everybody knows, and Redis is filled anew. Where `INFO` is forbidden the run id is
 * `-` and such a loss is noticed by what is missing in the log alone.
 */
export interface Epoch {
  /** The value as it is, to compare with. */
  readonly text: string
  readonly mark: string
  readonly markId: string
}

export interface EpochReading {
  /** Absent when Redis is not whole: never filled, flushed, or filled as another process. */
  readonly epoch: Epoch | undefined
  /** The value as it is, good or not; empty when there is none. */
  readonly text: string
  /** Of the server process that answered; `-` when it may not be asked. */
  readonly runId: string
}

export async function readEpoch(client: Client, key: string): Promise<EpochReading> {
  const [text, runId] = await readWithRunId(client, key)
  const [, mark, markId, filledId] = /^(\S+) (\d+-\d+) (\S+)$/.exec(text) ?? []
  const isOther = runId !== '-' && filledId !== '-' && runId !== filledId
  const epoch = mark && markId && !isOther ? { text, mark, markId } : undefined
  return { epoch, text, runId }
}

export const epochText = (epoch: { mark: string; markId: string; runId: string }): string =>
  `${epoch.mark} ${epoch.markId} ${epoch.runId}`

async function readWithRunId(client: Client, key: string): Promise<[text: string, run: string]> {
  try {
    const [text, run] = (await client.eval(READ_EPOCH, 1, key)) as [string, string]
    return [text, run || '-']
  } catch (error) {
    // A user that may only read runs no scripts.
    if (!/NOPERM|unknown command/i.test(String(error))) throw error
    return [(await client.get(key)) ?? '', '-']
  }
}
