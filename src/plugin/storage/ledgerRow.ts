import { isoDate } from '../../core/isoDate.js'
import { type Reason, type Revocation, type Subject, scopeOf } from '../../core/revocation.js'
import type { Columns } from '../database/readColumns.js'

/** A revocation as a row of the ledger's collection. */
export type Row = {
  id: string
  scope: string
  subject: string
  cutoff?: string | null
  exceptSession?: string | null
  effectiveAt?: string | null
  lifts?: string | null
  partOf?: string | null
  successor?: string | null
  successorExpiresAt?: string | null
  expiresAt: string
  revokedAt: string
  reason: string
  actor?: string | null
  note?: string | null
  ip?: string | null
}

/** What is written with a row, and is not part of the revocation. */
export type Bookkeeping = {
  /** When the hook `onRevoke` is due for it. Absent when it was called, or when there is none. */
  hookDueAt?: string | null
}

/** The columns of a row. */
export const COLUMNS = Object.keys({
  id: true,
  scope: true,
  subject: true,
  cutoff: true,
  exceptSession: true,
  effectiveAt: true,
  lifts: true,
  partOf: true,
  successor: true,
  successorExpiresAt: true,
  expiresAt: true,
  revokedAt: true,
  reason: true,
  actor: true,
  note: true,
  ip: true,
} satisfies Record<keyof Row, true>) as (keyof Row)[]

/** The columns that every process reads, of all revocations in force. */
export const READ_COLUMNS = [
  ...(['id', 'subject', 'reason', 'expiresAt', 'revokedAt'] as const),
  ...(['cutoff', 'exceptSession', 'effectiveAt', 'lifts'] as const),
] satisfies readonly (keyof Row)[]
export const READ_DATES = ['expiresAt', 'revokedAt', 'cutoff', 'effectiveAt'] as const

type ReadColumn = (typeof READ_COLUMNS)[number]

/** Revocations from the values of their columns. It makes millions of them when a process starts. */
export function fromColumns(columns: Columns<ReadColumn>): Revocation[] {
  const { id: ids, cutoff, effectiveAt, exceptSession, expiresAt, lifts } = columns
  const { reason, revokedAt, subject } = columns
  return ids.map((id, place) => {
    const at = (column: readonly string[]) => column[place] as string
    const revocation: { -readonly [Key in keyof Revocation]: Revocation[Key] } = {
      id,
      scope: scopeOf(at(subject) as Subject),
      subject: at(subject) as Subject,
      expiresAt: timeOf(at(expiresAt)),
      revokedAt: timeOf(at(revokedAt)),
      reason: at(reason) as Reason,
    }
    if (at(cutoff)) revocation.cutoff = timeOf(at(cutoff))
    if (at(exceptSession)) revocation.exceptSession = at(exceptSession)
    if (at(effectiveAt)) revocation.effectiveAt = timeOf(at(effectiveAt))
    if (at(lifts)) revocation.lifts = at(lifts)
    return revocation
  })
}

/** Milliseconds since the epoch, from such a number or from an ISO date. */
const timeOf = (text: string) => (text.includes('-', 1) ? Date.parse(text) : Number(text))

export const toRow = (revocation: Revocation): Row => {
  const { cutoff, effectiveAt, expiresAt, revokedAt, successor, ...rest } = revocation
  return {
    ...rest,
    cutoff: dateOr(cutoff),
    effectiveAt: dateOr(effectiveAt),
    successor: successor?.id ?? null,
    successorExpiresAt: dateOr(successor?.expiresAt),
    expiresAt: isoDate(expiresAt),
    revokedAt: isoDate(revokedAt),
  }
}

const dateOr = (timeMs: number | undefined) => (timeMs === undefined ? null : isoDate(timeMs))

export const fromRow = (row: Row): Revocation => ({
  id: row.id,
  scope: scopeOf(row.subject as Subject),
  subject: row.subject as Subject,
  ...(row.cutoff && { cutoff: Date.parse(row.cutoff) }),
  ...(row.exceptSession && { exceptSession: row.exceptSession }),
  ...(row.effectiveAt && { effectiveAt: Date.parse(row.effectiveAt) }),
  ...(row.lifts && { lifts: row.lifts }),
  ...(row.partOf && { partOf: row.partOf as Subject }),
  ...(row.successor &&
    row.successorExpiresAt && {
      successor: { id: row.successor, expiresAt: Date.parse(row.successorExpiresAt) },
    }),
  expiresAt: Date.parse(row.expiresAt),
  revokedAt: Date.parse(row.revokedAt),
  reason: row.reason as Reason,
  ...(row.actor && { actor: row.actor }),
  ...(row.note && { note: row.note }),
  ...(row.ip && { ip: row.ip }),
})
