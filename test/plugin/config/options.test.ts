import { describe, expect, it } from 'vitest'
import { type JwtRevocationOptions, jwtRevocation } from '../../../src/index.js'

const SECRET = '0123456789abcdef0123456789abcdef'
const ACME = {
  name: 'acme',
  issuer: 'https://acme.example.com',
  clientId: 'app',
  jwksUri: 'https://acme.example.com/jwks',
  onSid: 'session',
}
const ORDERS = { id: 'orders', secret: SECRET }

describe('options', () => {
  it('may all be left out', () => {
    expect(jwtRevocation()).toBeTypeOf('function')
  })

  const WRONG: [option: string, options: object][] = [
    ['feed', { feed: 'redis://127.0.0.1' }],
    ['feed', { feed: {} }],
    ['access.administrator', { access: { administrator: true } }],
    ['revokeWhen', { revokeWhen: 'disabled' }],
    ['slug', { slug: '' }],
    ['slug', { slug: 'with space' }],
    ['maxTokenLifetime', { maxTokenLifetime: -1 }],
    ['maxTokenLifetime', { maxTokenLifetime: '2h' }],
    ['maxStaleness', { maxStaleness: 0 }],
    ['maxStaleness', { maxStaleness: Number.NaN }],
    ['pollInterval', { pollInterval: 0.001 }],
    ['pollInterval', { pollInterval: 10, maxStaleness: 10 }],
    ['maxStalenessMs', { maxStalenessMs: 10_000 }],
    ['whenStale', { whenStale: 'hope' }],
    ['strict', { strict: 'yes' }],
    ['rotation', { rotation: true }],
    ['rotation', { rotation: null }],
    ['rotation.grace', { rotation: { grace: -1 } }],
    ['rotation.grace', { rotation: { grace: '10s' } }],
    ['clearSiteData', { clearSiteData: 'yes' }],
    ['hooks', { hooks: () => {} }],
    ['hooks.onRevoke', { hooks: { onRevoke: true } }],
    ['hooks.onLogout', { hooks: { onLogout: () => {} } }],
    ['healthSecret', { healthSecret: 'short' }],
    ['openPaths', { openPaths: ['api/oauth'] }],
    ['openPaths', { openPaths: '/api/oauth' }],
    ['sessions', { sessions: true }],
    ['sessions', { sessions: null }],
    ['sessions.slug', { sessions: { slug: 'with space' } }],
    ['sessions.slug', { sessions: { slug: 'revocations' } }],
    ['sessions.retention', { sessions: { retention: '30d' } }],
    ['sessions.ttl', { sessions: { ttl: 1 } }],
    ['sessions.lastActive', { sessions: { lastActive: 0 } }],
    ['sessions.lastActive', { sessions: { lastActive: true } }],
    ['sessionLimits', { sessionLimits: 3 }],
    ['sessionLimits.absoluteLifetime', { sessionLimits: { absoluteLifetime: 0 } }],
    ['sessionLimits.idleTimeout', { sessionLimits: { idleTimeout: '15m' } }],
    ['sessionLimits.maxPerUser', { sessionLimits: { maxPerUser: 0 } }],
    ['sessionLimits.maxPerUser', { sessionLimits: { maxPerUser: 1.5 } }],
    ['sessionLimits.maxPerUser', { sessionLimits: { maxPerUser: 2 }, sessions: false }],
    ['sessionLimits.whenFull', { sessionLimits: { maxPerUser: 2, whenFull: 'end-newest' } }],
    ['sessionLimits.maxAge', { sessionLimits: { maxAge: 60 } }],
    ['trustProxy', { trustProxy: true }],
    ['trustProxy', { trustProxy: -1 }],
    ['trustProxy', { trustProxy: 1.5 }],
    ['retention', { retention: -1 }],
    ['retention', { retention: Number.POSITIVE_INFINITY }],
    ['restAfter', { restAfter: 0 }],
    ['restAfter', { restAfter: true }],
    ['heartbeatAtRest', { heartbeatAtRest: 1 }],
    ['purgeInterval', { purgeInterval: 0 }],
    ['purgeInterval', { purgeInterval: true }],
    ['redis', { redis: 'redis://127.0.0.1' }],
    ['identityProviders', { identityProviders: ACME }],
    ['identityProviders[0]', { identityProviders: [null] }],
    ...[
      { name: '' },
      { name: 'Acme' },
      { name: '..' },
      { name: 'a/b' },
      { name: ':id' },
      { issuer: 'acme.example.com' },
      { issuer: 'http://acme.example.com' },
      { issuer: 'http://127.0.0.1.example.com' },
      { issuer: 'https://acme.example.com?a' },
      { clientId: '' },
      { jwksUri: 'http://10.0.0.1/jwks' },
      { jwksUri: 'https://user:secret@acme.example.com/jwks' },
      { jwksUri: 'file:///etc/passwd' },
      { onSid: undefined },
      { onSid: 'everyone' },
      { resolve: true },
      { secret: SECRET },
    ].map((wrong): [option: string, options: object] => [
      `identityProviders[0].${Object.keys(wrong)[0]}`,
      { identityProviders: [{ ...ACME, ...wrong }] },
    ]),
    ['identityProviders[1].name', { identityProviders: [ACME, { ...ACME, clientId: 'other' }] }],
    ['identityProviders[1].clientId', { identityProviders: [ACME, { ...ACME, name: 'other' }] }],
    ['identityProviders[0].resolve', { identityProviders: [ACME], sessions: false }],
    ['services', { services: 'orders' }],
    ['services', { services: { id: 'orders', secret: SECRET } }],
    ['services[0]', { services: [null] }],
    ['services[0].id', { services: [{ secret: SECRET }] }],
    ['services[0].id', { services: [{ id: '', secret: SECRET }] }],
    ['services[0].id', { services: [{ id: 'a:b', secret: SECRET }] }],
    ['services[0].secret', { services: [{ id: 'orders' }] }],
    ['services[0].secret', { services: [{ id: 'orders', secret: SECRET.slice(1) }] }],
    ['services[0].secret', { services: [{ id: 'orders', secret: `${SECRET}%` }] }],
    ['services[0].name', { services: [{ id: 'orders', secret: SECRET, name: 'Orders' }] }],
    ['services[0].claims', { services: [{ id: 'orders', secret: SECRET, claims: 'role' }] }],
    ['services[0].claims', { services: [{ id: 'orders', secret: SECRET, claims: ['active'] }] }],
    ['services[1].id', { services: [ORDERS, { ...ORDERS, secret: `${SECRET}x` }] }],
    ['services[1].secret', { services: [ORDERS, { ...ORDERS, id: 'other' }] }],
  ]

  for (const [option, options] of WRONG) {
    it(`${JSON.stringify(options)} is refused at configuration time, naming ${option}`, () => {
      const configure = () => jwtRevocation(options as JwtRevocationOptions)
      expect(configure).toThrow(expect.objectContaining({ code: 'invalid-option' }))
      expect(configure).toThrow(`\`${option}\``)
    })
  }
})
