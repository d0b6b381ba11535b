'use client'
import { Link, useConfig } from '@payloadcms/ui'
import type { DefaultCellComponentProps } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { type RevocationRow, reasonLabel, scopeLabel } from '../labels.js'
import { Person, usePersonName } from '../Person/index.js'
import { Time } from '../Time/index.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'

/** A scope in the reader's language. */
export const ScopeCell = ({ cellData }: DefaultCellComponentProps) => (
  <span>{scopeLabel(String(cellData), useStrings())}</span>
)

/** A reason in the reader's language. */
export const ReasonCell = ({ cellData }: DefaultCellComponentProps) => (
  <span>{reasonLabel(cellData as string | null, useStrings())}</span>
)

/** An instant in words. */
export const TimeCell = ({ cellData }: DefaultCellComponentProps) => (
  <Time value={cellData as string | null} />
)

/** Who was signed out, with a link to the row where Payload wants one. */
export function SubjectCell({
  cellData,
  collectionSlug,
  link,
  rowData,
}: DefaultCellComponentProps) {
  const { config } = useConfig()
  const { admin: adminRoute } = config.routes
  const subject = String(cellData)
  const { actor, reason, revokedAt } = rowData as RevocationRow
  // A token has no name of its own; that of a renewed session was ended by its user.
  const who = reason === 'rotated' && actor ? `user:${actor}` : subject
  const { text } = usePersonName({ subject: who, at: revokedAt })
  const content = (
    <span className="jwt-name" title={subject}>
      {text}
    </span>
  )
  if (!link) return content
  const path = `/collections/${collectionSlug}/${encodeURIComponent(String(rowData.id))}` as const
  return (
    <Link href={formatAdminURL({ adminRoute, path })} prefetch={false}>
      {content}
    </Link>
  )
}

/** Whose session it is, with a link to all of that user's sessions. */
export function SessionUserCell({ cellData, rowData }: DefaultCellComponentProps) {
  const { createdAt, userCollection } = rowData as { createdAt: string; userCollection: string }
  return <Person at={createdAt} subject={`user:${userCollection}:${cellData}`} tab="sessions" />
}

/** Who decided, with a link to that user. */
export const ActorCell = ({ cellData, rowData }: DefaultCellComponentProps) =>
  cellData ? <Person at={String(rowData.revokedAt)} subject={`user:${cellData}`} /> : <span>–</span>
