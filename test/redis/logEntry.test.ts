import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subject } from '../../src/core/revocation.js'
import { fromLogEntry, toLogEntry } from '../../src/redis/logEntry.js'
import { sampleRevocation } from '../support/samples.js'

describe('an entry of the log', () => {
  it('returns the revocation that was put in, except who decided', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 })
    const subjects = fc.oneof(
      name.map((each): Subject => `jti:${each}`),
      name.map((each): Subject => `sid:${each}`),
      name.map((each): Subject => `user:users:${each}`),
      fc.constant<Subject>('everyone'),
    )
    const except = fc.option(name, { nil: undefined })
    fc.assert(
      fc.property(subjects, except, (subject, exceptSession) => {
        const revocation = sampleRevocation(subject, { ...(exceptSession && { exceptSession }) })
        expect(fromLogEntry(toLogEntry({ ...revocation, actor: 'users:1' }))).toStrictEqual(
          revocation,
        )
      }),
    )
  })

  it('contains when it takes effect as a separate part, or leaves it out', () => {
    const later = sampleRevocation('jti:J', { effectiveAt: 1_700_000_000_001 })
    const [name, value] = toLogEntry(later)
    expect(value.split(' ').slice(6)).toEqual([later.id, '1700000000001'])
    expect(fromLogEntry([name, value])).toStrictEqual(later)
    expect(fromLogEntry([name, `${value} - more`])).toStrictEqual(later)
    expect(parts()).toHaveLength(7)
  })

  const parts = (subject: Subject = 'user:users:1') =>
    toLogEntry(sampleRevocation(subject))[1].split(' ')

  it('contains what it takes back', () => {
    const lift = sampleRevocation('jti:J', { lifts: 'an-id', reason: 'lifted' })
    const [name, value] = toLogEntry(lift)
    expect(value.split(' ').slice(6)).toEqual([lift.id, '-', 'an-id'])
    expect(fromLogEntry([name, value])).toStrictEqual(lift)
  })

  it('may have more parts, and more fields after them', () => {
    const revocation = sampleRevocation('sid:S')
    const [name, value] = toLogEntry(revocation)
    expect(fromLogEntry([name, `${value} - - more parts`, 'more', 'fields'])).toEqual(revocation)
  })

  it('means the same if it is plain and if it has parts that are ignored, whatever is in it', () => {
    const odd = fc.constantFrom('-', '', '0', ' ', '%41', '%', 'jti:', 'sid:a', '1e400', '-1', '17')
    const change = fc.record({ place: fc.nat(6), value: fc.oneof(odd, fc.string()) })
    const sample = fc.constantFrom<Subject>('jti:J', 'sid:S', 'user:users:1', 'everyone')
    fc.assert(
      fc.property(sample, fc.array(change, { maxLength: 2 }), (subject, changes) => {
        const changed = parts(subject)
        for (const { place, value } of changes) changed[place] = value
        const text = changed.join(' ')
        const isWhole = text.split(' ').length === 7
        fc.pre(isWhole)
        expect(fromLogEntry(['r', text])).toEqual(fromLogEntry(['r', `${text} - -`]))
      }),
      { numRuns: 1_000 },
    )
  })

  it('distinguishes a session named `-` from none', () => {
    const revocation = sampleRevocation('user:users:1', { exceptSession: '-' })
    expect(fromLogEntry(toLogEntry(revocation))).toEqual(revocation)
  })

  it('stores a name with half a character as any database would', () => {
    const entry = toLogEntry(sampleRevocation('jti:half \ud83d'))
    expect(fromLogEntry(entry)?.subject).toBe('jti:half \ufffd')
  })

  const withPart = (index: number, value: string) => {
    const changed = parts()
    changed[index] = value
    return ['r', changed.join(' ')]
  }

  it.each([
    ['the mark of an epoch', ['epoch', 'E']],
    ['nothing', []],
    ['too little', ['r', parts().slice(0, 6).join(' ')]],
    ['an unknown subject', withPart(0, 'role:admin')],
    ['a user without a collection', withPart(0, 'user:1')],
    ['a subject that is wrongly encoded', withPart(0, 'jti:%E4')],
    ['an expiry that is no number', withPart(1, 'soon')],
    ['a time that is no number', withPart(2, 'now')],
    ['a cut-off that is no number', withPart(4, 'now')],
    ['a spared session that is wrongly encoded', withPart(5, '%zz')],
  ])('is not a revocation when it contains %s', (_, fields) => {
    expect(fromLogEntry(fields)).toBeUndefined()
  })
})
