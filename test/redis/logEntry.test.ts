import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subject } from '../../src/core/revocation.js'
import { fromLogEntry, toLogEntry } from '../../src/redis/logEntry.js'
import { sampleRevocation } from '../support/samples.js'

describe('an entry of the log', () => {
  it('gives back the revocation that was put in, but for who decided', () => {
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

  it('may have more fields, in any order', () => {
    const revocation = sampleRevocation('sid:S')
    const fields = toLogEntry(revocation)
    const turned = []
    for (let i = fields.length - 2; i >= 0; i -= 2) turned.push(...fields.slice(i, i + 2))
    expect(fromLogEntry(['more', 'fields', ...turned, 'lonely'])).toEqual(revocation)
  })

  const withField = (name: string, value: string) => {
    const fields = toLogEntry(sampleRevocation('user:users:1'))
    fields[fields.indexOf(name) + 1] = value
    return fields
  }

  it.each([
    ['the mark of an epoch', ['epoch', 'E']],
    ['nothing', []],
    ['an unknown subject', withField('subject', 'role:admin')],
    ['a user without a collection', withField('subject', 'user:1')],
    ['an expiry that is no number', withField('expires', 'soon')],
    ['a cut-off that is no number', withField('cutoff', 'now')],
    ['a time that is no number', withField('at', 'now')],
  ])('is no revocation when it holds %s', (_, fields) => {
    expect(fromLogEntry(fields)).toBeUndefined()
  })
})
