import { expect, it } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { login } from '../../support/login.js'
import { SERVICE } from '../../support/oauth.js'

const PATH = '/api/revocation/oauth/metadata'

const metadataOf = async (app: App) => {
  const answer = await app.request(PATH)
  expect(answer.status).toBe(200)
  return answer.json()
}

it('without services the metadata names only the revocation, which needs no client', async () => {
  const app = await createApp()
  const issuer = 'http://127.0.0.1:3000'
  expect(await metadataOf(app)).toEqual({
    issuer,
    response_types_supported: [],
    grant_types_supported: [],
    revocation_endpoint: `${issuer}/api/revocation/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: ['none'],
  })
  await app.close()
})

it('without `serverURL` the issuer is what the client asked for, not where Next.js listens', async () => {
  const app = await createApp()
  const issuerFor = async (Host: string) => {
    const answer = await app.request(PATH, { headers: { Host } })
    return ((await answer.json()) as { issuer: string }).issuer
  }
  expect(await issuerFor('app.example.com')).toBe('http://app.example.com')
  expect(await issuerFor('app.example.com:8080')).toBe('http://app.example.com:8080')
  expect(await issuerFor('a b/?c')).toMatch(/^http:\/\/[\w.:]+$/)
  await app.close()
})

it('the metadata names `serverURL` and `routes.api`, and is no secret to a revoked token', async () => {
  const app = await createApp({
    plugin: { services: [SERVICE] },
    configure: (config) => ({ ...config, serverURL: 'https://app.example.com' }),
  })
  const AUTHENTICATION = ['client_secret_basic', 'client_secret_post']
  expect(await metadataOf(app)).toEqual({
    issuer: 'https://app.example.com',
    response_types_supported: [],
    grant_types_supported: [],
    introspection_endpoint: 'https://app.example.com/api/revocation/oauth/introspect',
    introspection_endpoint_auth_methods_supported: AUTHENTICATION,
    revocation_endpoint: 'https://app.example.com/api/revocation/oauth/revoke',
    revocation_endpoint_auth_methods_supported: ['none', ...AUTHENTICATION],
  })
  const session = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
  expect((await app.request(PATH, { headers: session.byCookie })).status).toBe(200)
  await app.close()
})
