import type { Client } from './connection.js'
import { READ_EPOCH } from './luaScripts.js'

/**
 * The value of the epoch key: `<mark> <id of the log entry that holds the mark> <run id>`. It says
 * that the server process with this `run_id` has been filled, starting at that entry.
 *
 * A flush deletes the key. After a restart or a failover another server process answers. It may
 * lack the latest writes even if it looks complete, because replication and disk lag behind. Its
 * run id differs, so every process knows, and Redis is refilled. If `INFO` is forbidden, the run id
 * is `-`, and only missing log entries show such a loss.
 */
export interface Epoch {
  /** The raw value, for comparisons. */
  readonly text: string
  readonly mark: string
  readonly markId: string
}

export interface EpochReading {
  /**
   * Absent when Redis is not complete: never filled, flushed, or filled as another server process.
   */
  readonly epoch: Epoch | undefined
  /** The raw value, valid or not; empty when there is none. */
  readonly text: string
  /** The run id of the server process that answered; `-` if it may not be read. */
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
    // A read-only user may not run scripts.
    if (!/NOPERM|unknown command/i.test(String(error))) throw error
    return [(await client.get(key)) ?? '', '-']
  }
}
