/**
 * What this process has sent and not yet read back. An entry that Redis acknowledged and that is
 * not there when the log has been read to its end was lost, in a failover to a replica that
 * lagged behind.
 */
export interface Receipts {
  /** Runs `send`, and awaits these revocations in the log if it succeeds. */
  awaiting<T>(ids: readonly string[], send: () => Promise<T>): Promise<T>
  delivered(id: string): void
  /** Those that Redis has acknowledged and that were not read yet. */
  acknowledged(): readonly string[]
  isMissing(id: string): boolean
  clear(): void
}

export function createReceipts(): Receipts {
  /** Known before it is sent: the reader can be faster than the acknowledgement. */
  const awaited = new Map<string, 'sent' | 'acknowledged'>()
  return {
    async awaiting(ids, send) {
      for (const id of ids) awaited.set(id, 'sent')
      try {
        const answer = await send()
        for (const id of ids) if (awaited.has(id)) awaited.set(id, 'acknowledged')
        return answer
      } catch (error) {
        for (const id of ids) awaited.delete(id)
        throw error
      }
    },
    delivered: (id) => void awaited.delete(id),
    acknowledged: () => [...awaited].flatMap(([id, state]) => (state === 'sent' ? [] : [id])),
    isMissing: (id) => awaited.has(id),
    clear: () => awaited.clear(),
  }
}
