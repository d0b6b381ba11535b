/** The denylist's entry for a token, as the lab shows it. Times are ISO dates. */
export interface LabEntry {
  subject: string
  reason: string
  revokedAt: string
  expiresAt: string
  /** With Redis: the TTL of the key, in milliseconds. */
  redisTtlMs?: number
}

export interface LabEntries {
  store: string
  entries: LabEntry[]
}
