import type { CollectionBeforeOperationHook, CollectionConfig, Config, Plugin } from 'payload'
import { RevocationError } from '../core/errors.js'
import { withCommand } from './command/withCommand.js'
import type { JwtRevocationOptions } from './config/options.js'
import { type Settings, settingsFrom } from './config/settings.js'
import { wrapMutations } from './config/wrapMutations.js'
import { createRuntime } from './createRuntime.js'
import { aroundWrites } from './database/aroundWrites.js'
import { prepareMongo } from './database/prepareMongo.js'
import { logoutEndpoint } from './endpoints/logoutEndpoint.js'
import { revocationEndpoints } from './endpoints/revocationEndpoints.js'
import { feedEndpoints } from './feed/feedEndpoints.js'
import { gate } from './gate/gate.js'
import { proveGate } from './gate/proveGate.js'
import { logRefusedOperation } from './gate/refusedOperation.js'
import { answerRefusedRefresh } from './gate/refusedRefresh.js'
import { backchannelEndpoints } from './identityProviders/backchannelEndpoints.js'
import { liveEndpoint } from './live/liveEndpoint.js'
import { withAdminPanel } from './panel/adminPanel.js'
import { labelLedger, labelSessions } from './panel/collectionLabels.js'
import { withLiveLogout } from './panel/liveAdmin.js'
import { withTranslations } from './panel/withTranslations.js'
import { runtimeOf, withRuntime } from './runtime/runtimeOf.js'
import { serviceEndpoints } from './services/serviceEndpoints.js'
import { endWithLock } from './sessions/accountLock.js'
import { refuseSessionList } from './sessions/refuseSessionList.js'
import { ledgerCollection } from './storage/ledgerCollection.js'
import { keepSessionTables, withoutPayloadSessions } from './storage/payloadSessions.js'
import { sessionsCollection } from './storage/sessionsCollection.js'
import { beforeIssuing, handOutIssued, settleIssued } from './tokens/issuing.js'
import { refreshWithoutToken } from './tokens/refreshWithoutToken.js'
import { markCookie } from './tokens/replacedSession.js'
import { showIssuedAfterLogin, showIssuedAfterRefresh } from './tokens/showIssued.js'
import { afterAccountChange, afterAccountDeleted } from './triggers/accountChange.js'
import { intentFirst } from './triggers/intentFirst.js'
import { afterLogout, askGraphQLLogout } from './triggers/logout.js'
import { afterReset, markReset } from './triggers/passwordReset.js'
import { keepSavedAccount } from './triggers/savedAccount.js'

/** Runs before an operation of an auth collection. From then on its writes are wrapped. */
const watchAccounts: CollectionBeforeOperationHook = ({ req }) => {
  aroundWrites(req.payload, 'intentFirst', intentFirst)
  aroundWrites(req.payload, 'endWithLock', endWithLock)
}

/** Runs after every plugin that adds auth collections or strategies. */
const ORDER = 1_000

/**
 * Makes the JWTs of every auth collection revocable. Each token gets an id; a logout or a password
 * change revokes it; a request with a revoked token gets 401.
 *
 * @example plugins: [jwtRevocation()]
 * @throws RevocationError `invalid-option` at once; `no-auth-collection` and `gate-not-in-front`
 * when Payload starts
 */
export function jwtRevocation(options: JwtRevocationOptions = {}): Plugin {
  const settings = settingsFrom(options)

  const plugin: Plugin = (given) => {
    const config = settings.live && settings.isAdminPanelOn ? withLiveLogout(given) : given
    const collections = config.collections ?? []
    if (!collections.some(({ auth }) => auth)) throw new RevocationError('no-auth-collection')
    const protectedConfig = {
      ...config,
      collections: [
        ...collections.map((collection) => protect(collection, settings)),
        labelLedger(ledgerCollection(settings, config.db)),
        ...(settings.sessions
          ? [labelSessions(sessionsCollection(settings.sessions.slug, settings))]
          : []),
      ],
      custom: withRuntime(config.custom, (payload) => createRuntime(payload, settings)),
      db: prepareMongo(keepSessionTables(config.db), {
        ledger: settings.slug,
        sessions: settings.sessions ? settings.sessions.slug : undefined,
      }),
      endpoints: [
        ...(config.endpoints ?? []),
        ...revocationEndpoints,
        ...serviceEndpoints(settings),
        ...feedEndpoints(settings),
        ...backchannelEndpoints(settings),
        ...(settings.live ? [liveEndpoint(settings.live)] : []),
      ],
      graphQL: {
        ...config.graphQL,
        mutations: wrapMutations(config.graphQL?.mutations, {
          login: { wrap: markCookie },
          logout: {
            wrap: askGraphQLLogout(settings),
            ...(settings.isReauthenticating && {
              args: ({ GraphQLString }) => ({ password: { type: GraphQLString } }),
            }),
          },
          resetPassword: { wrap: markCookie },
          refreshToken: { wrap: answerRefusedRefresh },
        }),
        validationRules: logRefusedOperation(config.graphQL?.validationRules),
      },
      onInit: async (payload) => {
        await proveGate(payload, runtimeOf(payload))
        await config.onInit?.(payload)
      },
    } satisfies Config
    return withCommand(withAdminPanel(withTranslations(protectedConfig), settings))
  }
  return Object.assign(plugin, { order: ORDER })
}

function protect(collection: CollectionConfig, settings: Settings): CollectionConfig {
  if (!collection.auth) return collection
  const auth = collection.auth === true ? {} : collection.auth
  const { hooks = {} } = collection
  const { disableLocalStrategy, useSessions } = auth
  const hasFields =
    !disableLocalStrategy || (disableLocalStrategy !== true && disableLocalStrategy.enableFields)
  const isOnByDefault = useSessions === undefined && hasFields
  return {
    ...collection,
    ...(isOnByDefault && { custom: withoutPayloadSessions(collection.custom) }),
    auth: {
      ...auth,
      // Payload's own list of sessions loses entries when logins overlap
      // (payloadcms/payload#18132).
      useSessions: useSessions ?? false,
      strategies: [gate, ...(auth.strategies ?? [])],
    },
    ...(settings.isReauthenticating &&
      collection.endpoints !== false && {
        endpoints: [logoutEndpoint(collection.slug), ...(collection.endpoints ?? [])],
      }),
    hooks: {
      ...hooks,
      beforeOperation: [
        ...(hooks.beforeOperation ?? []),
        refuseSessionList,
        watchAccounts,
        markReset,
        beforeIssuing,
      ],
      refresh: [...(hooks.refresh ?? []), refreshWithoutToken],
      afterOperation: [handOutIssued, ...(hooks.afterOperation ?? []), settleIssued],
      afterLogin: showIssuedAfterLogin(hooks.afterLogin),
      afterRefresh: showIssuedAfterRefresh(hooks.afterRefresh),
      beforeChange: [...(hooks.beforeChange ?? []), keepSavedAccount],
      // First, before the hooks of the application: if one of them fails, a save without a
      // transaction stays, and so does each document of a bulk update.
      afterChange: [afterAccountChange, ...(hooks.afterChange ?? [])],
      afterDelete: [afterAccountDeleted, ...(hooks.afterDelete ?? [])],
      beforeLogin: [afterReset, ...(hooks.beforeLogin ?? [])],
      afterLogout: [...(hooks.afterLogout ?? []), afterLogout(settings)],
    },
  }
}
