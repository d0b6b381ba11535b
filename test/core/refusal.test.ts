import { afterEach, describe, expect, it } from 'vitest'
import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import { DEFAULT_TOKEN_LOCATION } from '../../src/core/extractToken.js'
import { CHALLENGE, refusalResponse } from '../../src/core/refusal.js'
import { refusalFor } from '../../src/core/refusalFor.js'
import type { SharedRuntime } from '../../src/core/sharedRuntime.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, tokenText } from '../support/samples.js'

let denylist: Denylist | undefined
afterEach(() => denylist?.close())

async function runtimeWith({ revoked = [] as string[], isLedgerLost = false } = {}) {
  const ledger = memoryLedger()
  await ledger.append(revoked.map((jti) => sampleRevocation(`jti:${jti}`)))
  if (isLedgerLost) ledger.trouble = new Error('no')
  denylist = createDenylist({ ledger, maxTokenLifetimeMs: 3_600_000, maxStalenessMs: 10_000 })
  const asked: string[] = []
  const runtime: SharedRuntime = {
    denylist,
    location: DEFAULT_TOKEN_LOCATION,
    lifetimeOf: () => 3_600_000,
    isOurs(text) {
      asked.push(text)
      return text.endsWith(SIGNED)
    },
    clearCookie: async ({ collection }) => `expired=${collection}`,
  }
  return Object.assign(runtime, { asked })
}

const now = Math.floor(Date.now() / 1_000)
const claims = { id: 1, collection: 'users', jti: 'J', iat: now, exp: now + 3_600 }
const SIGNED = '.c2lnbmF0dXJl'
const text = tokenText(claims)
const theirs = tokenText(claims, 'dGhlaXJz')

describe('refusalFor', () => {
  it('refuses a revoked token, and clears the cookie when it came in one', async () => {
    const runtime = await runtimeWith({ revoked: ['J'] })
    const byHeader = new Headers({ Authorization: `JWT ${text}` })
    const byCookie = new Headers({ Cookie: `payload-token=${text}` })
    expect(await refusalFor(byHeader, runtime)).toEqual({ status: 'revoked', scope: 'token' })
    const refusal = await refusalFor(byCookie, runtime)
    expect(refusal).toMatchObject({ status: 'revoked', scope: 'token' })
    expect(await refusal?.clearCookie?.()).toBe('expired=users')
  })

  it('refuses what cannot be judged, and leaves its cookie in place', async () => {
    const runtime = await runtimeWith({ isLedgerLost: true })
    const headers = new Headers({ Cookie: `payload-token=${text}` })
    expect(await refusalFor(headers, runtime)).toEqual({ status: 'unknown' })
  })

  it.each<[string, Parameters<typeof runtimeWith>[0]]>([
    ['is revoked', { revoked: ['J'] }],
    ['cannot be judged', { isLedgerLost: true }],
  ])('leaves alone what this application did not sign, if it %s', async (_, options) => {
    const runtime = await runtimeWith(options)
    for (const headers of [
      { Authorization: `JWT ${theirs}` },
      { Cookie: `payload-token=${theirs}` },
    ] as Record<string, string>[]) {
      expect(await refusalFor(new Headers(headers), runtime)).toBeUndefined()
    }
    expect(runtime.asked).toEqual([theirs, theirs])
  })

  it('does not ask for the signature of a good token', async () => {
    const runtime = await runtimeWith({ revoked: ['another'] })
    expect(await refusalFor(new Headers({ Authorization: `JWT ${text}` }), runtime)).toBeUndefined()
    expect(runtime.asked).toEqual([])
  })

  it('refuses everything when it fails itself, and logs it', async () => {
    const lines: string[] = []
    const runtime = await runtimeWith({ revoked: ['J'] })
    const failing: SharedRuntime = {
      ...runtime,
      logger: { error: (_, message) => lines.push(message), warn: () => {}, info: () => {} },
      isOurs: () => {
        throw new Error('broken on purpose')
      },
    }
    const headers = new Headers({ Cookie: `payload-token=${text}` })
    expect(await refusalFor(headers, failing)).toEqual({ status: 'unknown' })
    expect(lines).toHaveLength(1)
  })

  it('lets a good token, garbage and no token pass', async () => {
    const runtime = await runtimeWith({ revoked: ['another'] })
    const all: Record<string, string>[] = [
      { Authorization: `JWT ${text}` },
      { Authorization: 'JWT garbage' },
      { Authorization: `JWT ${tokenText([1, 2])}` },
      { Authorization: 'Basic YTpi' },
      { Cookie: 'payload-token=' },
      {},
    ]
    for (const each of all) {
      expect(await refusalFor(new Headers(each), runtime)).toBeUndefined()
    }
  })

  it('lets garbage and no token pass while nothing can be judged', async () => {
    const runtime = await runtimeWith({ isLedgerLost: true })
    expect(await refusalFor(new Headers({ Authorization: 'JWT x' }), runtime)).toBeUndefined()
    expect(await refusalFor(new Headers(), runtime)).toBeUndefined()
  })
})

describe('refusalResponse', () => {
  it('is 401 with one challenge and the shape of a Payload error for a revoked token', async () => {
    const clearCookie = async () => 'payload-token=; Path=/'
    const response = await refusalResponse({ status: 'revoked', clearCookie })
    expect(response.status).toBe(401)
    expect([...response.headers].filter(([name]) => name === 'www-authenticate')).toEqual([
      ['www-authenticate', CHALLENGE],
    ])
    expect(CHALLENGE.match(/Bearer/g)).toHaveLength(1)
    expect(CHALLENGE).toMatch(/^Bearer error="invalid_token", error_description="[^"\\]+"$/)
    expect(response.headers.get('Set-Cookie')).toBe('payload-token=; Path=/')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
    expect(response.headers.has('Retry-After')).toBe(false)
    expect(await response.json()).toEqual({
      errors: [{ name: 'TokenRevoked', message: expect.any(String) }],
    })
  })

  it('is 503 with `Retry-After` and no challenge while the token cannot be judged', async () => {
    const response = await refusalResponse({ status: 'unknown' })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(response.headers.has('WWW-Authenticate')).toBe(false)
    expect(response.headers.has('Set-Cookie')).toBe(false)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      errors: [{ name: 'RevocationUnknown', message: expect.any(String) }],
    })
  })
})
