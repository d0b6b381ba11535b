'use client'
import { Link, useConfig } from '@payloadcms/ui'
import type { DefaultCellComponentProps } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { FORMER_USER } from '../../core/token.js'
import { reasonLabel, scopeLabel } from '../labels.js'
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

/** What ended, with a link to the row where Payload wants one. */
export function SubjectCell({
  cellData,
  collectionSlug,
  link,
  rowData,
}: DefaultCellComponentProps) {
  const t = useStrings()
  const { config } = useConfig()
  const { admin: adminRoute } = config.routes
  const subject = String(cellData)
  const name = subject === 'everyone' ? t('scopeEveryone') : subject.slice(subject.indexOf(':') + 1)
  const content = (
    <span className="jwt-mono jwt-name" title={subject}>
      {name}
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
  const { config } = useConfig()
  const { admin: adminRoute } = config.routes
  const { userCollection } = rowData as { userCollection: string }
  const id = String(cellData)
  const path = `/collections/${userCollection}/${encodeURIComponent(id)}/sessions` as const
  return (
    <Link href={formatAdminURL({ adminRoute, path })} prefetch={false}>
      {`${userCollection}:${id}`}
    </Link>
  )
}

/** Who decided, with a link to that user. */
export function ActorCell({ cellData }: DefaultCellComponentProps) {
  const t = useStrings()
  const { config, getEntityConfig } = useConfig()
  const { admin: adminRoute } = config.routes
  const [collectionSlug = '', id = ''] = String(cellData ?? '').split(/:(.*)/s)
  if (cellData === FORMER_USER) return <span>{t('formerUser')}</span>
  if (!collectionSlug || !id) return <span>–</span>
  if (!getEntityConfig({ collectionSlug })) return <span>{String(cellData)}</span>
  const path = `/collections/${collectionSlug}/${encodeURIComponent(id)}` as const
  return (
    <Link href={formatAdminURL({ adminRoute, path })} prefetch={false}>
      {String(cellData)}
    </Link>
  )
}
