import { MySessions } from '../MySessions/index.js'
import { PanelPage, type ViewProps } from '../PanelPage/index.js'
import { stringsFor } from '../stringsFor.js'

/** The view `/admin/my-sessions`, for everyone who may enter the panel. */
export function MySessionsView(view: ViewProps) {
  const { permissions, req } = view.initPageResult
  const t = stringsFor(req.i18n.t)
  return (
    <PanelPage
      {...view}
      isAllowed={Boolean(permissions.canAccessAdmin)}
      path="/my-sessions"
      title={t('mySessions')}
    >
      <p>{t('mySessionsHint')}</p>
      <MySessions />
    </PanelPage>
  )
}
