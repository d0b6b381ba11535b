import { Gutter, SetStepNav } from '@payloadcms/ui'
import { notFound, redirect } from 'next/navigation.js'
import type { AdminViewServerProps } from 'payload'
import { formatAdminURL } from 'payload/shared'
import type { ElementType, ReactNode } from 'react'

/** What Payload and the config of the plugin give a view. */
export interface ViewProps
  extends Pick<AdminViewServerProps, 'importMap' | 'initPageResult' | 'params' | 'searchParams'> {
  /** Where the import map has the frame of the panel. Payload 3 and 4 keep it in different packages. */
  frame: string
}

interface PanelPageProps extends ViewProps {
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
  frame,
  importMap,
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
  const content = (
    <main>
      <SetStepNav nav={[{ label: title }]} />
      <Gutter className="jwt-view">
        <h1>{title}</h1>
        {children}
      </Gutter>
    </main>
  )
  const Frame: ElementType | undefined = importMap[frame]
  // Until `payload generate:importmap` has run again, the page has no frame.
  if (!Frame) return content
  return (
    <Frame
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
      {content}
    </Frame>
  )
}
