import { Explain } from '../Explain/index.js'
import { Health } from '../Health/index.js'
import { isAdministrator } from '../isAdministrator.js'
import { PanelPage, type ViewProps } from '../PanelPage/index.js'
import { Refused } from '../Refused/index.js'
import { RevokeEveryone } from '../RevokeEveryone/index.js'
import { stringsFor } from '../stringsFor.js'

/** The view `/admin/revocation`. `ledger` is the slug of the ledger's collection. */
export function RevocationView({ ledger, ...view }: ViewProps & { ledger: string }) {
  const { permissions, req } = view.initPageResult
  const t = stringsFor(req.i18n.t)
  return (
    <PanelPage
      {...view}
      isAllowed={isAdministrator(permissions, ledger)}
      path="/revocation"
      title={t('overview')}
    >
      <div className="jwt-view__panels">
        <Health description={t('overviewDescription')} title={t('denylist')} />
        <Explain ledger={ledger} />
        <RevokeEveryone />
        <Refused />
      </div>
    </PanelPage>
  )
}
