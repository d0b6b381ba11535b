import { type Reason, type Revocation, type Subject, scopeOf } from '../core/revocation.js'

/**
 * One entry of the stream: a single field `r`, whose value is
 *
 * `<subject> <expiresAt> <revokedAt> <reason> <cutoff> <spared session> <id>`
 *
 * followed, if present, by ` <effectiveAt>` and ` <id of the revocation that it takes back>`. One
 * space separates the parts. Times are milliseconds since the epoch; `-` means absent. In the
 * subject, the session and the ids, everything but visible ASCII is percent-encoded, and so is `%`;
 * a session named `-` becomes `%2D`. Later releases may append parts that are safe to ignore. There
 * is only one short field, because a process may read half a million entries when it starts.
 *
 * @example jti:0198c0de-… 1767225600000 1767218400000 logout - - 0198c0df-…
 */
export function toLogEntry(revocation: Revocation): ['r', string] {
  const { id, subject, cutoff, exceptSession, effectiveAt, expiresAt, revokedAt } = revocation
  const spared = exceptSession === '-' ? '%2D' : encodeName(exceptSession || '-')
  const times = `${expiresAt} ${revokedAt} ${revocation.reason} ${cutoff ?? '-'}`
  const lifted = revocation.lifts === undefined ? '' : ` ${encodeName(revocation.lifts)}`
  const later = effectiveAt === undefined && !lifted ? '' : ` ${effectiveAt ?? '-'}`
  return ['r', `${encodeName(subject)} ${times} ${spared} ${encodeName(id)}${later}${lifted}`]
}

/** The entry that begins a filling of Redis. */
export const toMark = (mark: string): ['epoch', string] => ['epoch', mark]

export const isMark = (fields: readonly string[]): boolean => fields[0] === 'epoch'

/** The revocation in an entry; `undefined` for any other entry: a mark, or a later format. */
export function fromLogEntry(fields: readonly string[]): Revocation | undefined {
  const [field, text] = fields
  if (field !== 'r' || text === undefined) return undefined
  return fromPlainEntry(text) ?? fromAnyEntry(text)
}

/**
 * Of a token or a session, with nothing else to tell, as nearly all are. It takes two thirds of the
 * time. `undefined`: it must be read part by part.
 */
function fromPlainEntry(text: string): Revocation | undefined {
  const first = text.indexOf(' ')
  const second = text.indexOf(' ', first + 1)
  const third = text.indexOf(' ', second + 1)
  const last = text.indexOf(' - - ', third + 1)
  const idAt = last + 5
  const isNamed = text.startsWith('jti:') || text.startsWith('sid:')
  const isPlain = isNamed && third > 0 && last > third + 1 && idAt < text.length
  if (!isPlain || text.includes(' ', idAt) || text.includes('%')) return undefined
  const expiresAt = Number(text.slice(first + 1, second))
  const revokedAt = Number(text.slice(second + 1, third))
  const reason = text.slice(third + 1, last)
  const areTimes = expiresAt > 0 && revokedAt > 0 && Number.isFinite(expiresAt + revokedAt)
  if (!areTimes || reason.includes(' ')) return undefined
  return {
    id: text.slice(idAt),
    scope: text.startsWith('sid:') ? 'session' : 'token',
    subject: text.slice(0, first) as Subject,
    reason: reason as Reason,
    expiresAt,
    revokedAt,
  }
}

function fromAnyEntry(text: string): Revocation | undefined {
  const [name, expires, at, reason, cut, spared, id, effective, lifts] = text.split(' ')
  if (!name || !expires || !at || !reason || !cut || !spared || !id) return undefined
  const subject = decodeName(name)
  if (subject === undefined || !isSubject(subject)) return undefined
  const revocation: { -readonly [Key in keyof Revocation]: Revocation[Key] } = {
    id,
    scope: scopeOf(subject),
    subject,
    reason: reason as Reason,
    expiresAt: Number(expires),
    revokedAt: Number(at),
  }
  if (!Number.isFinite(revocation.expiresAt) || !Number.isFinite(revocation.revokedAt)) {
    return undefined
  }
  if (cut !== '-') {
    revocation.cutoff = Number(cut)
    if (!Number.isFinite(revocation.cutoff)) return undefined
  }
  if (spared !== '-') {
    const exceptSession = decodeName(spared)
    if (!exceptSession) return undefined
    revocation.exceptSession = exceptSession
  }
  if (effective && /^\d+$/.test(effective)) revocation.effectiveAt = Number(effective)
  if (lifts && lifts !== '-') revocation.lifts = lifts
  return revocation
}

const HALF_PAIRS = /\p{Surrogate}/gu
const NOT_PLAIN = /[^!-$&-~]+/gu

/** Percent-encodes only what would break an entry, so that names stay readable in `redis-cli`. */
const encodeName = (name: string): string =>
  name.replace(NOT_PLAIN, (part) => encodeURIComponent(part.replace(HALF_PAIRS, '\ufffd')))

/** `undefined` when the text was not encoded as {@link encodeName} does. */
function decodeName(encoded: string): string | undefined {
  if (!encoded.includes('%')) return encoded
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

const isSubject = (text: string): text is Subject =>
  text.startsWith('jti:') ||
  text.startsWith('sid:') ||
  text === 'everyone' ||
  /^user:[^:]+:/.test(text)
