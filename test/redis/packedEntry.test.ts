import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subject } from '../../src/core/revocation.js'
import { fromLogEntry, toLogEntry } from '../../src/redis/logEntry.js'
import { revocationsIn, toPackedEntry } from '../../src/redis/packedEntry.js'
import { sampleRevocation } from '../support/samples.js'

describe('an entry with many revocations', () => {
  it('returns them as they were put in', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 })
    const subject = fc.oneof(
      name.map((each): Subject => `jti:${each}`),
      name.map((each): Subject => `user:users:${each}`),
      fc.constant<Subject>('everyone'),
    )
    const subjects = fc.array(subject, { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(
        subjects,
        fc.option(name, { nil: undefined }),
        async (all, exceptSession) => {
          const revocations = all.map((each) =>
            sampleRevocation(each, { ...(exceptSession && { exceptSession }) }),
          )
          expect(revocationsIn(await toPackedEntry(revocations))).toStrictEqual(revocations)
        },
      ),
    )
  })

  it('takes less than half of the length of as many single entries', async () => {
    const revocations = Array.from({ length: 500 }, () =>
      sampleRevocation(`jti:${crypto.randomUUID()}`),
    )
    const single = revocations.reduce((sum, each) => sum + toLogEntry(each)[1].length, 0)
    expect((await toPackedEntry(revocations))[1].length).toBeLessThan(single / 2)
  })

  it('is no revocation for a release that knows single entries only', async () => {
    expect(fromLogEntry(await toPackedEntry([sampleRevocation('jti:J')]))).toBeUndefined()
  })

  it('may be a single one', () => {
    const revocation = sampleRevocation('sid:S')
    expect(revocationsIn(toLogEntry(revocation))).toEqual([revocation])
  })

  it('cannot be read if one of them cannot, or if it is damaged', async () => {
    const good = sampleRevocation('jti:J')
    const unknown = { ...good, subject: 'role:admin' as Subject }
    const [name, value] = await toPackedEntry([good])
    expect(revocationsIn(await toPackedEntry([good, unknown]))).toBeUndefined()
    expect(revocationsIn([name, value.slice(0, 40)])).toBeUndefined()
    expect(revocationsIn([name, 'anything'])).toBeUndefined()
    expect(revocationsIn([name, ''])).toBeUndefined()
    expect(revocationsIn([name])).toBeUndefined()
    expect(revocationsIn(['z2', value])).toBeUndefined()
  })
})
