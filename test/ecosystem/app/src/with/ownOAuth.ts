import type { Config } from 'payload'
import { authPlugin } from 'payload-auth-plugin'
import { withAccountCollection, withUsersCollection } from 'payload-auth-plugin/collection'
import { PasswordProvider } from 'payload-auth-plugin/providers'

import { revocation } from './revocation'

const provider = process.env.PROVIDER ?? ''

/** The cookie of the admin panel, or one of the plugin's own for people who are no users of Payload. */
const isOwnCookie = process.env.COOKIE === 'own'
const name = isOwnCookie ? 'site' : 'admin'
const people = isOwnCookie ? 'members' : 'users'

const plugin = () =>
  authPlugin({
    name,
    useAdmin: !isOwnCookie,
    allowOAuthAutoSignUp: true,
    usersCollectionSlug: people,
    accountsCollectionSlug: 'accounts',
    successRedirectPath: '/',
    errorRedirectPath: '/failed',
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
        authorization_server: {
          issuer: provider,
          authorization_endpoint: `${provider}/authorize`,
          token_endpoint: `${provider}/token`,
          userinfo_endpoint: `${provider}/userinfo`,
          code_challenge_methods_supported: ['S256'],
        },
        profile: ({ sub, email, name }: Record<string, string>) => ({
          sub: sub ?? '',
          email: email ?? '',
          name: name ?? '',
          picture: '',
        }),
      },
      PasswordProvider({
        emailTemplates: { forgotPassword: { subject: '', renderEmail: () => '' } },
      }),
    ],
  })

export const configure = (base: Config): Config => ({
  ...base,
  collections: [
    ...(base.collections ?? []).filter(({ slug }) => isOwnCookie || slug !== people),
    withUsersCollection({
      slug: people,
      auth: !isOwnCookie,
      fields: [{ name: 'name', type: 'text' }],
    }),
    withAccountCollection({ slug: 'accounts' }, people),
  ],
  plugins: [plugin(), ...revocation()],
})
