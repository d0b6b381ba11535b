import type { AdminViewServerProps } from 'payload'
import { MySessions } from '../MySessions/index.js'
import { PanelPage } from '../PanelPage/index.js'
import { stringsFor } from '../stringsFor.js'

/** The view `/admin/my-sessions`, for everyone who may enter the panel. */
export function MySessionsView({ initPageResult, params, searchParams }: AdminViewServerProps) {
  const { permissions, req } = initPageResult
  const t = stringsFor(req.i18n.t)
  return (
    <PanelPage
      {...{ initPageResult, params, searchParams }}
      isAllowed={Boolean(permissions.canAccessAdmin)}
      path="/my-sessions"
      title={t('mySessions')}
    >
      <p>{t('mySessionsHint')}</p>
      <MySessions />
    </PanelPage>
  )
}
