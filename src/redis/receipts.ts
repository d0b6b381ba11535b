/**
 * The entries that this process has sent and not yet read back. When Redis acknowledged an entry
 * that is missing after the log was read to its end, it was lost in a failover to a replica that
 * lagged behind.
 */
export interface Receipts {
  /** Runs `send`. If it succeeds, these revocations are expected in the log. */
  awaiting<T>(ids: readonly string[], send: () => Promise<T>): Promise<T>
  delivered(id: string): void
  /** The entries that Redis has acknowledged and that were not read yet. */
  acknowledged(): readonly string[]
  isMissing(id: string): boolean
  clear(): void
}

export function createReceipts(): Receipts {
  /** Entries are noted before they are sent, because the reader may be faster than the reply. */
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
