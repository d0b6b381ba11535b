import type { Endpoint, PayloadRequest } from 'payload'
import type { IdentityProvider } from '../config/identityProviders.js'
import type { Settings } from '../config/settings.js'
import { clientAddress } from '../request/clientAddress.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { answerErrors, NO_STORE } from '../services/answerErrors.js'
import { invalidRequest, OAuthError } from '../services/oauthError.js'
import { readForm } from '../services/readForm.js'
import { endByProvider } from './endByProvider.js'
import { readLogoutToken } from './logoutToken.js'
import { keysOf } from './providerKeys.js'

/**
 * `POST /api/revocation/backchannel-logout/<name>` (OpenID Connect Back-Channel Logout 1.0): a
 * provider ends sessions. 200 when that is durable, 400 for a token that is not valid or was used,
 * 503 when the same token may come again. The gate lets every request in, because only the logout
 * token counts: cookies beside it mean nothing.
 */
export const backchannelEndpoints = ({
  identityProviders,
}: Pick<Settings, 'identityProviders'>): readonly Endpoint[] =>
  identityProviders.map((provider) => {
    const path = `/revocation/backchannel-logout/${provider.name}`
    return {
      path,
      method: 'post',
      custom: { jwtRevocation: { open: true } },
      handler: (req) => {
        const runtime = runtimeOf(req.payload)
        return answerErrors({ path, runtime }, () =>
          logRefused(runtime, provider, () => answer(req, runtime, provider)),
        )
      },
    }
  })

async function answer(req: PayloadRequest, runtime: Runtime, provider: IdentityProvider) {
  const text = (await readForm(req)).get('logout_token')
  if (!text) throw invalidRequest('The parameter logout_token is missing.')
  const logout = await readLogoutToken(text, provider, keysOf(runtime, provider))
  const ip = clientAddress(req.headers, runtime.settings.trustProxy)
  await endByProvider(req.payload, runtime, { logout, provider, ip })
  return new Response(null, { status: 200, headers: NO_STORE })
}

/** A provider shows these answers to nobody, so the log must tell why people stay logged in. */
async function logRefused(
  { logger }: Pick<Runtime, 'logger'>,
  { name: provider }: IdentityProvider,
  work: () => Promise<Response>,
) {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OAuthError && error.status !== 503) {
      const { message: why } = error
      logger.warn({ provider, why }, 'Revocations: a logout by a provider was refused')
    }
    throw error
  }
}
