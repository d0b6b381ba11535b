import { expect, it } from 'vitest'
import { tableNameOf } from '../../../src/plugin/database/sqlAdapter.js'
import { createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'

const SLUGS = ['revoked', 'auth-revocations', 'authRevocations', 'auth_Revoked', 'authJWTs', 'JWTs']

it('knows the table of a ledger, whatever its slug looks like', async () => {
  const app = await createApp({
    plugin: { slug: 'auth-revocations' },
    configure: (config) => ({
      ...config,
      collections: [
        ...(config.collections ?? []),
        ...SLUGS.filter((slug) => slug !== 'auth-revocations').map((slug) => ({
          slug,
          fields: [],
        })),
      ],
    }),
  })
  const tables = Object.keys(app.payload.db.tables)
  for (const slug of SLUGS) expect(tables).toContain(tableNameOf(slug))
  const session = await login(app)
  expect(await isAccepted(app, session)).toBe(true)
  await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
  expect(await isAccepted(app, session)).toBe(false)
  await app.close()
})
