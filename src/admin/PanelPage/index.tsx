import { DefaultTemplate } from '@payloadcms/next/templates'
import { Gutter, SetStepNav } from '@payloadcms/ui'
import { notFound, redirect } from 'next/navigation.js'
import type { AdminViewServerProps } from 'payload'
import { formatAdminURL } from 'payload/shared'
import type { ReactNode } from 'react'

interface PanelPageProps
  extends Pick<AdminViewServerProps, 'initPageResult' | 'params' | 'searchParams'> {
  /** Below the panel's own path. */
  path: `/${string}`
  title: string
  isAllowed: boolean
  children: ReactNode
}

/**
 * A page of our own in the frame of the panel. Payload shows such a view to everyone, signed in or
 * not. This leads strangers to the login page, and shows "not found" to users without the right.
 */
export function PanelPage({
  children,
  initPageResult,
  isAllowed,
  params,
  path,
  searchParams,
  title,
}: PanelPageProps) {
  const { locale, permissions, req, visibleEntities } = initPageResult
  if (!req.user) {
    const { admin, routes } = req.payload.config
    const login = formatAdminURL({ adminRoute: routes.admin, path: admin.routes.login })
    const here = formatAdminURL({ adminRoute: routes.admin, path })
    redirect(`${login}?redirect=${encodeURIComponent(here)}`)
  }
  if (!isAllowed) notFound()
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
      <SetStepNav nav={[{ label: title }]} />
      <main>
        <Gutter className="jwt-view">
          <h1>{title}</h1>
          {children}
        </Gutter>
      </main>
    </DefaultTemplate>
  )
}
