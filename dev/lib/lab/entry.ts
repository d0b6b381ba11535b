/** What the denylist holds against a token, as the lab shows it. Times are ISO dates. */
export interface LabEntry {
  subject: string
  reason: string
  revokedAt: string
  expiresAt: string
  /** With Redis: the key's own answer, in milliseconds. */
  redisTtlMs?: number
}

export interface LabEntries {
  store: string
  entries: LabEntry[]
}
