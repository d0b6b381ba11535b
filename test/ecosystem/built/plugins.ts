import { importExportPlugin } from '@payloadcms/plugin-import-export'
import { mcpPlugin } from '@payloadcms/plugin-mcp'
import { multiTenantPlugin } from '@payloadcms/plugin-multi-tenant'
import { sentryPlugin } from '@payloadcms/plugin-sentry'
import * as Sentry from '@sentry/nextjs'
import type { CollectionConfig, Plugin } from 'payload'
import { authPlugin } from 'payload-auth-plugin'
import { withAccountCollection } from 'payload-auth-plugin/collection'

import { Users } from './collections/Users'

/** Where admins may sign in instead. Nobody does in the tests of this app. */
const provider = 'http://127.0.0.1:1'

export const otherCollections: CollectionConfig[] = [
  { slug: 'branches', admin: { useAsTitle: 'name' }, fields: [{ name: 'name', type: 'text' }] },
  { slug: 'notes', admin: { useAsTitle: 'title' }, fields: [{ name: 'title', type: 'text' }] },
  withAccountCollection({ slug: 'identities' }, Users.slug),
]

/** Plugins that people combine it with and that leave the login to Payload, all at once. */
export const otherPlugins: Plugin[] = [
  authPlugin({
    name: 'admin',
    useAdmin: true,
    usersCollectionSlug: Users.slug,
    accountsCollectionSlug: 'identities',
    successRedirectPath: '/admin',
    errorRedirectPath: '/admin/login',
    providers: [
      {
        id: 'provider',
        name: 'Provider',
        kind: 'oauth',
        algorithm: 'oauth2',
        client_id: 'client',
        client_secret: 'secret',
        client_auth_type: 'client_secret_post',
        scope: 'email',
        authorization_server: { issuer: provider, token_endpoint: `${provider}/token` },
        profile: () => ({ sub: '', email: '', name: '', picture: '' }),
      },
    ],
  }),
  multiTenantPlugin({
    collections: { notes: {} },
    tenantsSlug: 'branches',
    tenantsArrayField: { includeDefaultField: true },
    userHasAccessToAllTenants: () => true,
  }),
  importExportPlugin({
    collections: [
      { slug: 'notes', export: { disableJobsQueue: true }, import: { disableJobsQueue: true } },
    ],
  }),
  mcpPlugin({
    collections: { notes: { enabled: { find: true } } },
    userCollection: Users.slug,
  }),
  sentryPlugin({ Sentry, options: { captureErrors: [401, 403] } }),
]
