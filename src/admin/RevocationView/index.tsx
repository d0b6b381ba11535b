import { DefaultTemplate } from '@payloadcms/next/templates'
import { Gutter, SetStepNav } from '@payloadcms/ui'
import { notFound, redirect } from 'next/navigation.js'
import type { AdminViewServerProps } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { Explain } from '../Explain/index.js'
import { Health } from '../Health/index.js'
import { isAdministrator } from '../isAdministrator.js'
import { Refused } from '../Refused/index.js'
import { RevokeEveryone } from '../RevokeEveryone/index.js'
import { stringsFor } from '../stringsFor.js'

/** The view `/admin/revocation`. `ledger` is the slug of the ledger's collection. */
export function RevocationView({
  initPageResult,
  ledger,
  params,
  searchParams,
}: AdminViewServerProps & { ledger: string }) {
  const { locale, permissions, req, visibleEntities } = initPageResult
  // Payload shows a root view to everyone, signed in or not.
  if (!req.user) {
    const { admin, routes } = req.payload.config
    const login = formatAdminURL({ adminRoute: routes.admin, path: admin.routes.login })
    const here = formatAdminURL({ adminRoute: routes.admin, path: '/revocation' })
    redirect(`${login}?redirect=${encodeURIComponent(here)}`)
  }
  if (!isAdministrator(permissions, ledger)) notFound()
  const t = stringsFor(req.i18n.t)
  return (
    <DefaultTemplate
      i18n={req.i18n}
      locale={locale}
      params={params}
      payload={req.payload}
      permissions={permissions}
      req={req}
      searchParams={searchParams}
      user={req.user}
      visibleEntities={{ ...visibleEntities }}
    >
      <SetStepNav nav={[{ label: t('overview') }]} />
      <main>
        <Gutter className="jwt-view">
          <h1>{t('overview')}</h1>
          <div className="jwt-view__panels">
            <Health description={t('overviewDescription')} title={t('denylist')} />
            <Explain ledger={ledger} />
            <RevokeEveryone />
            <Refused />
          </div>
        </Gutter>
      </main>
    </DefaultTemplate>
  )
}
