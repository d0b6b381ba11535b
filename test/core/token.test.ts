import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readToken, subjectsOf, type Token, tokenFromClaims } from '../../src/core/token.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { tokenText } from '../support/samples.js'

const read = (claims: Record<string, unknown>): Token => {
  const token = readToken(tokenText({ id: 1, collection: 'users', ...claims }))
  if (!token) throw new Error('not read as a token')
  return token
}

describe('readToken', () => {
  it('reads what the denylist must know', () => {
    const jti = uuidv7(1_700_000_000_123)
    const claims = {
      id: 7,
      collection: 'users',
      jti,
      sid: 'S',
      iat: 1_700_000_000,
      exp: 1_700_007_200,
      auth_time: 1_699_999_000,
    }
    expect(readToken(tokenText(claims))).toEqual({
      id: jti,
      session: 'S',
      collection: 'users',
      userId: '7',
      issuedAt: 1_700_000_000_123,
      sessionStartedAt: 1_699_999_000_000,
      expiresAt: 1_700_007_200_000,
    })
  })

  it('treats a number and its text as the same user', () => {
    expect(subjectsOf(read({ id: 7 })).user).toBe(subjectsOf(read({ id: '7' })).user)
  })

  it('reads no token without a collection and an id of the types that Payload accepts', () => {
    const wrong = [undefined, null, true, {}, [], ['users']]
    for (const value of wrong) {
      expect(tokenFromClaims({ collection: value, id: 1 })).toBeUndefined()
      expect(tokenFromClaims({ collection: 'users', id: value })).toBeUndefined()
    }
    expect(tokenFromClaims({ collection: 1, id: 1 })).toBeUndefined()
  })

  it('uses the second of `iat` as issue time when the `jti` has none', () => {
    expect(read({ iat: 1_700_000_000, jti: 'theirs' }).issuedAt).toBe(1_700_000_000_000)
    expect(read({ iat: 1_700_000_000 }).issuedAt).toBe(1_700_000_000_000)
  })

  it('computes the issue time from `exp` and the lifetime of the collection, if nothing else is known', () => {
    const lifetimes: Record<string, number> = { users: 7_200_000, customers: 60_000 }
    const readAs = (collection: string, claims: object) =>
      tokenFromClaims(
        { id: 1, collection, exp: 1_700_007_200, ...claims },
        (of) => lifetimes[of] ?? 0,
      )
    const inferred = { issuedAt: 1_700_000_000_000, isAgeInferred: true }
    expect(readAs('users', {})).toMatchObject({ ...inferred, sessionStartedAt: inferred.issuedAt })
    expect(readAs('customers', {})).toMatchObject({ issuedAt: 1_700_007_140_000 })
    expect(readAs('users', { auth_time: 1_699_999_000 })?.sessionStartedAt).toBe(1_699_999_000_000)
    for (const told of [{ iat: 1_700_000_100 }, { jti: uuidv7(1_700_000_100_000) }]) {
      expect(readAs('users', told)?.issuedAt).toBe(1_700_000_100_000)
      expect(readAs('users', told)).not.toHaveProperty('isAgeInferred')
    }
  })

  it('treats a token without any time as issued at the beginning', () => {
    expect(tokenFromClaims({ id: 1, collection: 'users' }, () => 7_200_000)?.issuedAt).toBe(0)
    expect(read({ exp: 1_700_007_200 }).issuedAt).toBe(0)
  })

  it('treats a token without `auth_time` as the first of its session', () => {
    const jti = uuidv7(1_700_000_000_123)
    for (const authTime of [undefined, null, '1', Number.NaN, {}]) {
      expect(read({ iat: 1_700_000_000, jti, auth_time: authTime }).sessionStartedAt).toBe(
        1_700_000_000_000,
      )
    }
    expect(read({ jti }).sessionStartedAt).toBe(1_700_000_000_123)
    expect(read({}).sessionStartedAt).toBe(0)
  })

  it('treats a token without expiry as one that never expires', () => {
    expect(read({}).expiresAt).toBe(Number.POSITIVE_INFINITY)
  })

  it('reads no token from times that no verifier accepts', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown
    for (const time of [null, '1700000000', true, {}, [], { toString: 1, valueOf: 1 }, deep]) {
      expect(tokenFromClaims({ collection: 'users', id: 1, iat: time })).toBeUndefined()
      expect(tokenFromClaims({ collection: 'users', id: 1, exp: time })).toBeUndefined()
    }
  })

  it('lets a fractional `exp` count until the next whole second, as a verifier does', () => {
    expect(read({ exp: 1_700_000_000.25 }).expiresAt).toBe(1_700_000_001_000)
    expect(read({ exp: 1_700_000_000 }).expiresAt).toBe(1_700_000_000_000)
  })

  it('makes a token without `sid` a session by itself', () => {
    const token = read({ jti: 'J' })
    expect(token.session).toBe('J')
    expect(read({ jti: 'J', sid: '' }).session).toBe('J')
    expect(read({ jti: 'J', sid: 5 }).session).toBe('J')
  })

  it('does not accept an empty, a huge or an untyped `jti` as a name', () => {
    for (const jti of ['', 'x'.repeat(257), 'x'.repeat(1_000_000), 12, null, {}, ['a']]) {
      const { id } = read({ jti, iat: 1, exp: 2 })
      expect(id).toBe('claims:users:1::1:2')
    }
    expect(read({ jti: 'x'.repeat(256) }).id).toBe('x'.repeat(256))
  })
})

describe('the name of a token without `jti`', () => {
  it('is the same whenever the same token is read', () => {
    const claims = { iat: 1_700_000_000, exp: 1_700_007_200, sid: 'S' }
    expect(read(claims).id).toBe(read(claims).id)
    expect(read(claims).id).toBe('claims:users:1:S:1700000000:1700007200')
  })

  it('differs between users, sessions, issue times and expiries', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 30 })
    const time = fc.integer({ min: 0, max: 2_000_000_000 })
    const claims = fc.record({ collection: part, id: part, sid: part, iat: time, exp: time })
    fc.assert(
      fc.property(claims, claims, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other)
        expect(read(one).id === read(other).id).toBe(isSame)
      }),
    )
  })

  it('cannot be confused by separators inside the claims', () => {
    expect(read({ collection: 'a:b', id: 'c' }).id).not.toBe(
      read({ collection: 'a', id: 'b:c' }).id,
    )
  })

  it('stays short however long the claims are', () => {
    const huge = 'x'.repeat(1_000_000)
    expect(read({ id: huge, sid: huge, collection: huge }).id.length).toBeLessThan(1_500)
  })
})

describe('unexpected claims', () => {
  it('never make the reading throw', () => {
    const text = fc.string({ unit: 'binary' })
    const anything = fc.oneof(text, fc.double(), fc.anything({ withNullPrototype: true }))
    const time = fc.oneof(fc.constant(undefined), fc.double(), anything)
    const claims = fc.record({
      collection: text,
      id: fc.oneof(text, fc.double()),
      jti: anything,
      sid: anything,
      iat: time,
      exp: time,
    })
    let read = 0
    fc.assert(
      fc.property(claims, (each) => {
        if (tokenFromClaims(each)) read += 1
      }),
      { numRuns: 2_000 },
    )
    expect(read).toBeGreaterThan(100)
  })

  it('such as half a surrogate pair are read', () => {
    const half = '\ud83d'
    expect(read({ id: half, sid: half, jti: half, collection: half })).toBeDefined()
    expect(read({ id: `${'x'.repeat(255)}😀` })).toBeDefined()
  })

  it('cannot make a name of a token or session that Redis would change', () => {
    const { session, token } = subjectsOf(read({ id: 'a\ud83d', jti: 'a\ud83d', sid: 'a\ud83d' }))
    for (const subject of [session, token]) expect(Buffer.from(subject).toString()).toBe(subject)
  })

  it('cannot make a name that a database would cut at a NUL', () => {
    const { session, token } = subjectsOf(read({ id: 'a', jti: 'a\0b', sid: 'a\0b' }))
    for (const subject of [session, token]) expect(subject).not.toContain('\0')
  })
})
