import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { jwtSign } from 'payload'
import { describe, expect, it } from 'vitest'
import { signatureCheck } from '../../src/core/signature.js'
import { verifyToken } from '../../src/plugin/request/verifyToken.js'

const SECRET = 'a-secret-of-the-tests'
/** Derived as Payload does it. */
const key = createHash('sha256').update(SECRET).digest('hex').slice(0, 32)
const isSigned = signatureCheck(SECRET)
const isSignedForPayload = (text: string) => verifyToken({ secret: key }, text) !== undefined

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const sign = (claims: object, { alg = 'HS256', hash = 'sha256', secret = key } = {}) => {
  const text = `${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}`
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`
}

describe('the signature of a token', () => {
  it('is the one that Payload makes', async () => {
    const fieldsToSign = { id: 1, collection: 'users', name: 'Zoë' }
    const { token } = await jwtSign({ fieldsToSign, secret: key, tokenExpiration: 60 })
    expect(await isSigned(token)).toBe(true)
    expect(isSignedForPayload(token)).toBe(true)
  })

  it.each([
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('is valid if made by %s, as in Payload', async (alg, hash) => {
    const text = sign({ id: 1 }, { alg, hash })
    expect(await isSigned(text)).toBe(true)
    expect(isSignedForPayload(text)).toBe(true)
  })

  it.each([
    ['another secret', sign({ id: 1 }, { secret: 'another' })],
    ['the secret itself for a key', sign({ id: 1 }, { secret: SECRET })],
    ['another algorithm than it says', sign({ id: 1 }, { alg: 'HS512' })],
    ['none', `${base64url({ alg: 'none' })}.${base64url({ id: 1 })}.`],
    ['a name of a prototype for an algorithm', sign({ id: 1 }, { alg: 'constructor' })],
    ['two parts', 'a.b'],
    ['four parts', `${sign({ id: 1 })}.x`],
    ['what is no base64url', '§.§.§'],
    ['nothing', ''],
  ])('does not count with %s', async (_, text) => {
    expect(await isSigned(text)).toBe(false)
    expect(isSignedForPayload(text)).toBe(false)
  })

  it('is valid with each of several secrets, and with no other', async () => {
    const old = createHash('sha256').update('the-old-secret').digest('hex').slice(0, 32)
    const isSignedByOne = signatureCheck([SECRET, 'the-old-secret'])
    // As Payload 4 holds them.
    const encryptionKeyring = { all: [{ legacyKey: key }, { legacyKey: old }] }
    const isKnown = (text: string) => verifyToken({ secret: key, encryptionKeyring }, text)
    for (const secret of [key, old]) {
      expect(await isSignedByOne(sign({ id: 1 }, { secret }))).toBe(true)
      expect(isKnown(sign({ id: 1 }, { secret }))).toEqual({ id: 1 })
    }
    expect(await isSignedByOne(sign({ id: 1 }, { secret: 'another' }))).toBe(false)
    expect(isKnown(sign({ id: 1 }, { secret: 'another' }))).toBeUndefined()
  })

  it('is valid for both checks or for neither, whatever was changed in the text', async () => {
    const good = sign({ id: 1, collection: 'users' })
    const changes = fc.tuple(fc.nat(good.length - 1), fc.constantFrom('A', 'B', '.', '-', '0'))
    await fc.assert(
      fc.asyncProperty(changes, async ([at, char]) => {
        const text = good.slice(0, at) + char + good.slice(at + 1)
        expect(await isSigned(text)).toBe(isSignedForPayload(text))
      }),
    )
  })
})
