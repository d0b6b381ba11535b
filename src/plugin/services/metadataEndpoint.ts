import type { Endpoint, PayloadRequest } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { NO_STORE } from './oauthCall.js'

const AUTHENTICATION = ['client_secret_basic', 'client_secret_post']

/**
 * `GET /api/revocation/oauth/metadata` (RFC 8414): where standard clients find the endpoints. The
 * issuer is `serverURL` of the Payload config, or else the origin that the client asked. This
 * application issues no tokens to OAuth clients, so there are no grants and no response types.
 */
export const metadataEndpoint = ({ hasServices }: { hasServices: boolean }): Endpoint => ({
  path: '/revocation/oauth/metadata',
  method: 'get',
  custom: { jwtRevocation: { open: true } },
  handler: (req) => {
    const issuer = issuerOf(req)
    const at = (path: `/${string}`) => issuer + pathOf(req, path)
    return Response.json(
      {
        issuer,
        response_types_supported: [],
        grant_types_supported: [],
        revocation_endpoint: at('/revocation/oauth/revoke'),
        revocation_endpoint_auth_methods_supported: [
          'none',
          ...(hasServices ? AUTHENTICATION : []),
        ],
        ...(hasServices && {
          introspection_endpoint: at('/revocation/oauth/introspect'),
          introspection_endpoint_auth_methods_supported: AUTHENTICATION,
        }),
      },
      { headers: NO_STORE },
    )
  },
})

const issuerOf = ({ origin, payload, url }: PayloadRequest): string =>
  new URL(payload.config.serverURL || url || origin || '').origin

const pathOf = ({ payload }: PayloadRequest, path: `/${string}`) =>
  formatAdminURL({ apiRoute: payload.config.routes.api, path, relative: true })
