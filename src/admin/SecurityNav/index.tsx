import type { ServerProps } from 'payload'
import { formatAdminURL, PREFERENCE_KEYS } from 'payload/shared'
import { isAdministrator } from '../isAdministrator.js'
import { NavLinks } from '../NavLinks/index.js'
import { stringsFor } from '../stringsFor.js'

interface SecurityNavProps extends ServerProps {
  ledger: string
  /** The slug of the sessions' collection, where sessions are recorded. */
  sessions?: string
}

/** The group of the navigation that holds all of the plugin, for administrators. */
export async function SecurityNav({
  i18n,
  ledger,
  payload,
  permissions,
  sessions,
  user,
}: SecurityNavProps) {
  if (!isAdministrator(permissions, ledger)) return null
  const t = stringsFor(i18n.t)
  const adminRoute = payload.config.routes.admin
  const url = (path: `/${string}`) => formatAdminURL({ adminRoute, path })
  const label = t('security')
  return (
    <NavLinks
      isOpen={await isGroupOpen({ payload, user, label })}
      label={label}
      links={[
        { href: url('/revocation'), id: 'nav-revocation', label: t('overview') },
        { href: url(`/collections/${ledger}`), id: `nav-${ledger}`, label: t('denylist') },
        ...(sessions
          ? [{ href: url(`/collections/${sessions}`), id: `nav-${sessions}`, label: t('sessions') }]
          : []),
      ]}
    />
  )
}

/** Payload remembers which groups of its navigation a user has closed, and does not pass it on. */
async function isGroupOpen({
  payload,
  user,
  label,
}: Pick<ServerProps, 'payload' | 'user'> & { label: string }) {
  if (!user) return true
  const { docs } = await payload.find({
    collection: 'payload-preferences',
    depth: 0,
    limit: 1,
    pagination: false,
    where: {
      and: [
        { key: { equals: PREFERENCE_KEYS.NAV } },
        { 'user.relationTo': { equals: user.collection } },
        { 'user.value': { equals: user.id } },
      ],
    },
  })
  const { groups } = (docs[0]?.value ?? {}) as { groups?: Record<string, { open?: boolean }> }
  return groups?.[label]?.open ?? true
}
