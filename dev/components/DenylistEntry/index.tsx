import { claimsOf, expiryOf } from '../../lib/lab/claims.ts'
import type { LabEntries, LabEntry } from '../../lib/lab/entry.ts'
import { Countdown } from '../Countdown/index.tsx'

interface DenylistEntryProps {
  /** The content of the denylist; `undefined` for the side without one. */
  list: LabEntries | undefined
  token: string
}

/** Why the token is refused, and until when; or for how long it goes on working. */
export function DenylistEntry({ list, token }: DenylistEntryProps) {
  const issuedAt = Number(claimsOf(token).iat) * 1_000
  if (!list) {
    return (
      <div className="entry entry-none">
        <p>
          Nothing. There is no denylist, so anyone with the token is signed in until it expires by
          itself, in
        </p>
        <Countdown from={issuedAt} until={expiryOf(token)} />
      </div>
    )
  }
  const entry = list.entries.find(({ subject }) => subject.startsWith('jti:')) ?? list.entries[0]
  if (!entry) return <p className="error">The denylist has no entry for this token.</p>
  return (
    <div className="entry">
      <dl>
        <dt>Entry</dt>
        <dd>
          <code>{entry.subject}</code>
        </dd>
        <dt>Reason</dt>
        <dd>{entry.reason}</dd>
        <dt>Kept in</dt>
        <dd>{list.store}</dd>
        <dt>{entry.redisTtlMs === undefined ? 'Forgotten in' : 'TTL of its key'}</dt>
        <dd>
          <Countdown from={issuedAt} until={endOf(entry)} />
        </dd>
      </dl>
      <p className="hint">
        The token’s remaining life, plus five seconds for clocks that differ. After that the token
        has expired anyway.
      </p>
    </div>
  )
}

/** The TTL from Redis, if Redis was asked. */
const endOf = ({ expiresAt, redisTtlMs }: LabEntry) =>
  redisTtlMs === undefined ? Date.parse(expiresAt) : Date.now() + redisTtlMs
