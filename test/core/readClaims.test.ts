import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClaims } from '../../src/core/readClaims.js'
import { computingTimeOf } from '../support/ownTime.js'
import { tokenText } from '../support/samples.js'

const CLAIMS = { id: 1, collection: 'users', email: 'a@example.com' }
const withPayload = (payload: string) => `e30.${payload}.c2ln`
const base64url = (text: string) => Buffer.from(text).toString('base64url')

describe('readClaims', () => {
  it('reads all claims that JSON can represent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (claims) => {
        expect(readClaims(tokenText(claims))).toEqual(JSON.parse(JSON.stringify(claims)))
      }),
    )
  })

  it('reads claims in every script', () => {
    const claims = { name: 'Zoë 😀 日本語 \u0000', collection: 'users' }
    expect(readClaims(tokenText(claims))).toEqual(claims)
  })

  it('reads the same claims from each spelling of the payload', () => {
    const plain = Buffer.from(JSON.stringify({ ...CLAIMS, more: '?>?>~~' }))
    const spellings = [
      plain.toString('base64url'),
      plain.toString('base64'),
      `${plain.toString('base64url')}==`,
      ` ${plain.toString('base64url').replace(/(.{7})/g, '$1\n')}`,
    ]
    for (const spelling of spellings) {
      expect(readClaims(withPayload(spelling))).toEqual({ ...CLAIMS, more: '?>?>~~' })
    }
  })

  it('does not look at the signature, so its spare bits do not matter', () => {
    for (const signature of ['', 'AA', 'AB', 'AC', 'A', '!', 'a.b.c']) {
      expect(readClaims(tokenText(CLAIMS, signature))).toEqual(CLAIMS)
    }
  })

  it('returns nothing for any text that is not a token', () => {
    const others = [
      '',
      '.',
      '..',
      '...',
      'e30',
      'e30.e30',
      withPayload(''),
      withPayload('!'),
      withPayload('A'),
      withPayload(base64url('{')),
      withPayload(base64url('null')),
      withPayload(base64url('[]')),
      withPayload(base64url('"text"')),
      withPayload(base64url('12')),
      withPayload('日本語'),
    ]
    for (const other of others) expect(readClaims(other)).toBeUndefined()
  })

  it('never throws, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map(withPayload),
      fc.string({ unit: 'binary' }).map((each) => withPayload(base64url(each))),
    )
    fc.assert(
      fc.property(text, (each) => {
        const claims = readClaims(each)
        expect(claims === undefined || typeof claims === 'object').toBe(true)
      }),
    )
  })

  it('handles a megabyte of garbage at once', () => {
    const megabyte = 1_000_000
    const garbage = [
      'A'.repeat(megabyte),
      '.'.repeat(megabyte),
      withPayload('A'.repeat(megabyte)),
      withPayload('='.repeat(megabyte)),
      withPayload(base64url('['.repeat(megabyte))),
      withPayload(base64url('{"a":'.repeat(megabyte / 5))),
    ]
    for (const each of garbage) {
      const ms = computingTimeOf(() => expect(readClaims(each)).toBeUndefined())
      expect(ms).toBeLessThan(500)
    }
  })
})
