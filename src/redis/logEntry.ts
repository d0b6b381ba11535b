import { type Reason, type Revocation, type Subject, scopeOf } from '../core/revocation.js'

/**
 * One entry of the stream: always these seven fields in this order, which lets Redis store the
 * names once per node. Times are milliseconds since the epoch; empty means absent.
 */
export function toLogEntry(revocation: Revocation): string[] {
  const { id, subject, cutoff, exceptSession, expiresAt, revokedAt, reason } = revocation
  return [
    ...['id', id],
    ...['subject', subject],
    ...['cutoff', String(cutoff ?? '')],
    ...['except', exceptSession ?? ''],
    ...['expires', String(expiresAt)],
    ...['at', String(revokedAt)],
    ...['reason', reason],
  ]
}

/** The revocation in a stream entry; `undefined` for an entry that is none (a later format). */
export function fromLogEntry(fields: readonly string[]): Revocation | undefined {
  const entry = new Map<string, string>()
  for (let i = 0; i + 1 < fields.length; i += 2) entry.set(fields[i] ?? '', fields[i + 1] ?? '')
  const subject = entry.get('subject')
  const cutoff = entry.get('cutoff')
  const exceptSession = entry.get('except')
  const expiresAt = Number(entry.get('expires'))
  const revokedAt = Number(entry.get('at'))
  const times = [expiresAt, revokedAt, Number(cutoff ?? '')]
  if (!subject || !isSubject(subject) || !times.every(Number.isFinite)) return undefined
  return {
    id: entry.get('id') ?? '',
    scope: scopeOf(subject),
    subject,
    ...(cutoff && { cutoff: Number(cutoff) }),
    ...(exceptSession && { exceptSession }),
    expiresAt,
    revokedAt,
    reason: entry.get('reason') as Reason,
  }
}

const isSubject = (text: string): text is Subject =>
  /^(?:jti:|sid:|user:[^:]+:|everyone$)/.test(text)
