'use client'
import { Link, useConfig } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { CLOCK_TOLERANCE_MS } from '../../core/revocation.js'
import { FORMER_USER, userOf } from '../../core/token.js'
import { usePerson } from '../usePerson.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'

interface Mention {
  /** Of a revocation; a token is shown by its id. */
  subject: string
  /** When it was about this user (ISO date or ms): an id may be handed out again. */
  at?: number | string | null | undefined
}

/** A user by name, with a link to the document; of a session whose it is. */
export function Person({ tab, ...mention }: Mention & { tab?: 'sessions' }) {
  const { href, text } = usePersonName(mention)
  const { config } = useConfig()
  if (!href) return <span className="jwt-name">{text}</span>
  const path = tab ? (`${href}/${tab}` as const) : href
  return (
    <Link
      className="jwt-name"
      href={formatAdminURL({ adminRoute: config.routes.admin, path })}
      prefetch={false}
    >
      {text}
    </Link>
  )
}

/** The same as a text, and the path of the document if the reader may read it. */
export function usePersonName({ subject, at }: Mention): { text: string; href?: `/${string}` } {
  const t = useStrings()
  const user = userOf(subject)
  const person = usePerson(user || subject.startsWith('sid:') ? subject : undefined)
  if (subject === FORMER) return { text: t('formerUser') }
  if (subject === 'everyone') return { text: t('scopeEveryone') }
  if (!person) return { text: user ? `${user.collection}:${user.id}` : withoutScope(subject) }
  const { collection, createdAt, device, id, isDeleted, title } = person
  const name = `${collection}:${id}`
  const isAnother =
    createdAt && at && new Date(at).getTime() < Date.parse(createdAt) - CLOCK_TOLERANCE_MS
  const who = isDeleted || isAnother ? t('personDeleted', { id: name }) : (title ?? name)
  const text = device ? `${who} · ${device}` : who
  if (isDeleted || isAnother || createdAt === null) return { text }
  return { text, href: `/collections/${collection}/${encodeURIComponent(id)}` }
}

/** Who acted and was deleted since: nobody knows who it was. */
const FORMER = `user:${FORMER_USER}`

const withoutScope = (subject: string) => subject.slice(subject.indexOf(':') + 1)
