import type { NextAuthConfig } from 'next-auth'
import type { Config } from 'payload'
import { authjsPlugin } from 'payload-authjs'

import { ending, revocation } from './revocation'

const provider = process.env.PROVIDER

const strategy = process.env.AUTHJS_SESSIONS === 'database' ? 'database' : 'jwt'

const authjsConfig: NextAuthConfig = {
  basePath: '/authjs',
  secret: process.env.PAYLOAD_SECRET,
  trustHost: true,
  session: { strategy },
  providers: [
    {
      id: 'provider',
      name: 'Provider',
      type: 'oauth',
      clientId: 'client',
      clientSecret: 'secret',
      authorization: `${provider}/authorize`,
      token: `${provider}/token`,
      userinfo: `${provider}/userinfo`,
      profile: ({ sub, email, name }) => ({ id: sub, email, name }),
    },
  ],
}

export const configure = (base: Config): Config => ({
  ...base,
  collections: base.collections?.filter(({ slug }) => slug !== 'users'),
  plugins: [
    authjsPlugin({ authjsConfig }),
    ...revocation(
      ending((payload, id) =>
        payload.update({ collection: 'users', where: { id }, data: { sessions: [] } }),
      ),
    ),
  ],
})
