import path from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  DEFAULT_TOKEN_LOCATION,
  extractToken,
  type TokenLocation,
  withoutToken,
} from '../../src/core/extractToken.js'

type ExtractJWT = (args: { headers: Headers; payload: unknown }) => string | null
let extractJWT: ExtractJWT

beforeAll(async () => {
  const file = path.resolve('node_modules/payload/dist/auth/extractJWT.js')
  const module = (await import(pathToFileURL(file).href)) as { extractJWT: ExtractJWT }
  extractJWT = module.extractJWT
})

const byPayload = (headers: Headers, location: TokenLocation) => {
  const { cookiePrefix, csrf, jwtOrder } = location
  return extractJWT({ headers, payload: { config: { cookiePrefix, csrf, auth: { jwtOrder } } } })
}

const at = (overrides: Partial<TokenLocation> = {}): TokenLocation => ({
  ...DEFAULT_TOKEN_LOCATION,
  ...overrides,
})

const ORIGINS = ['https://app.example.com', 'https://evil.example.com']

const locations: fc.Arbitrary<TokenLocation> = fc.record({
  cookiePrefix: fc.constantFrom('payload', 'my-app', 'a.b'),
  jwtOrder: fc.shuffledSubarray(['JWT', 'Bearer', 'cookie']),
  csrf: fc.subarray(ORIGINS),
})

const spaces = fc.string({ unit: fc.constantFrom(' ', '\t', '\u00a0'), maxLength: 2 })
const values = fc.oneof(
  fc.constantFrom(
    'a.b.c',
    'd.e.f',
    '',
    '%',
    '%E0%A4',
    'a%2Eb',
    'a%2Bb%3D',
    '%zz',
    'a=b=',
    '"a.b.c"',
  ),
  fc.string({
    unit: fc.constantFrom('a', '.', '=', '%', '2', 'B', ' ', '\u00e9', ','),
    maxLength: 8,
  }),
)
const names = fc.constantFrom(
  'payload-token',
  'my-app-token',
  'a.b-token',
  'axb-token',
  'Payload-Token',
  'payload-token2',
  'other',
  '',
)
const pairs = fc.tuple(spaces, names, spaces, fc.constantFrom('=', '=', '=', ''), values, spaces)
const cookies = fc
  .array(pairs, { maxLength: 5 })
  .map((all) => all.map((parts) => parts.join('')).join(';'))
const authorizations = fc
  .tuple(
    fc.constantFrom('JWT', 'Bearer', 'jwt', 'BEARER', 'Basic', 'customers API-Key', 'Bearer JWT'),
    fc.constantFrom('', ' ', '  ', '\t'),
    values,
  )
  .map((parts) => parts.join(''))

const requests = fc.record(
  {
    Authorization: authorizations,
    Cookie: cookies,
    Origin: fc.constantFrom(...ORIGINS, 'null', ''),
    'Sec-Fetch-Site': fc.constantFrom('same-origin', 'same-site', 'none', 'cross-site', ''),
  },
  { requiredKeys: [] },
)

const RUNS = { numRuns: 3_000 }

describe('extractToken', () => {
  it('finds the same text wherever Payload finds a token', () => {
    let found = 0
    fc.assert(
      fc.property(requests, locations, (request, location) => {
        const headers = new Headers(request)
        const theirs = byPayload(headers, location)
        if (theirs === null) return
        found += 1
        expect(extractToken(headers, location)?.text).toBe(theirs)
      }),
      RUNS,
    )
    expect(found).toBeGreaterThan(RUNS.numRuns / 10)
  })

  it('finds, where Payload sees none, only an Authorization scheme in another case', () => {
    fc.assert(
      fc.property(requests, locations, (request, location) => {
        const headers = new Headers(request)
        if (byPayload(headers, location) !== null) return
        const ours = extractToken(headers, location)
        if (!ours) return
        expect(ours.from).toBe('header')
        expect(headers.get('Authorization')).toMatch(/^(?:jwt|bearer)\s/i)
      }),
      RUNS,
    )
  })

  it.each(['bearer', 'BEARER', 'jwt', 'Jwt', 'Bearer', 'JWT'])(
    'finds a token behind the scheme `%s`',
    (scheme) => {
      const headers = new Headers({ Authorization: `${scheme} a.b.c` })
      expect(extractToken(headers, at())).toEqual({ text: 'a.b.c', from: 'header' })
    },
  )

  it.each(['Basic a.b.c', 'Bearera.b.c', 'users API-Key a.b.c', 'Bearer', 'Bearer '])(
    'finds none in `Authorization: %s`',
    (authorization) => {
      expect(extractToken(new Headers({ Authorization: authorization }), at())).toBeUndefined()
    },
  )

  it('prefers what comes first in `jwtOrder`', () => {
    const headers = new Headers({ Authorization: 'Bearer a.b.c', Cookie: 'payload-token=d.e.f' })
    expect(extractToken(headers, at())?.text).toBe('a.b.c')
    const location = at({ jwtOrder: ['cookie', 'Bearer'] })
    expect(extractToken(headers, location)).toEqual({ text: 'd.e.f', from: 'cookie' })
  })

  it.each([
    ['the last of two cookies of the name', 'payload-token=a.b.c; payload-token=d.e.f', 'd.e.f'],
    ['a cookie behind one that is badly encoded', 'x=%E0%A4%A; payload-token=a.b.c', 'a.b.c'],
    ['the one that is well encoded', 'payload-token=a.b.c; payload-token=%E0%A4', 'a.b.c'],
    ['a cookie after a tab', 'a=1;\tpayload-token=a.b.c', 'a.b.c'],
    ['a cookie whose name is followed by a space', 'payload-token =a.b.c', 'a.b.c'],
    ['a cookie whose value holds `=`', 'payload-token=a.b.c==', 'a.b.c=='],
    ['an encoded cookie', 'payload-token=a%2Eb.c', 'a.b.c'],
  ])('accepts %s, as Payload does', (_, cookie, expected) => {
    const headers = new Headers({ Cookie: cookie })
    expect(byPayload(headers, at())).toBe(expected)
    expect(extractToken(headers, at())).toEqual({ text: expected, from: 'cookie' })
  })

  describe('when `csrf` names an origin', () => {
    const location = at({ csrf: ['https://app.example.com'] })
    const withCookie = (headers: Record<string, string>) =>
      extractToken(new Headers({ Cookie: 'payload-token=a.b.c', ...headers }), location)?.text

    it('accepts the cookie from that origin', () => {
      expect(withCookie({ Origin: 'https://app.example.com' })).toBe('a.b.c')
    })

    it('accepts no cookie from another origin, whatever `Sec-Fetch-Site` says', () => {
      const headers = { Origin: 'https://evil.example.com', 'Sec-Fetch-Site': 'same-origin' }
      expect(withCookie(headers)).toBeUndefined()
    })

    it.each(['same-origin', 'same-site', 'none'])('accepts it from the site `%s`', (site) => {
      expect(withCookie({ 'Sec-Fetch-Site': site })).toBe('a.b.c')
    })

    it('accepts none from a cross-site request, or from one that does not say', () => {
      expect(withCookie({ 'Sec-Fetch-Site': 'cross-site' })).toBeUndefined()
      expect(withCookie({})).toBeUndefined()
    })
  })
})

describe('withoutToken', () => {
  it('leaves nothing in which Payload or the plugin finds a token', () => {
    fc.assert(
      fc.property(requests, locations, (request, location) => {
        const rest = withoutToken(new Headers(request), location)
        expect(byPayload(rest, location)).toBeNull()
        expect(extractToken(rest, location)).toBeUndefined()
      }),
      RUNS,
    )
  })

  it('keeps every other cookie and header', () => {
    const headers = new Headers({
      Cookie: 'a=1; payload-token=a.b.c; b=2;payload-token=d.e.f; c=3=3',
      Origin: 'https://app.example.com',
    })
    const rest = withoutToken(headers, at())
    expect(rest.get('Cookie')).toBe('a=1; b=2; c=3=3')
    expect(rest.get('Origin')).toBe('https://app.example.com')
  })

  it('keeps an Authorization header without a token', () => {
    const authorization = 'users API-Key 123'
    const rest = withoutToken(new Headers({ Authorization: authorization }), at())
    expect(rest.get('Authorization')).toBe(authorization)
  })

  it('leaves no empty Cookie header behind', () => {
    const rest = withoutToken(new Headers({ Cookie: 'payload-token=a.b.c' }), at())
    expect(rest.has('Cookie')).toBe(false)
  })

  it('does not change the headers that it was given', () => {
    const headers = new Headers({ Authorization: 'JWT a.b.c', Cookie: 'payload-token=a.b.c' })
    withoutToken(headers, at())
    expect(headers.get('Authorization')).toBe('JWT a.b.c')
    expect(headers.get('Cookie')).toBe('payload-token=a.b.c')
  })
})
