import { describe, expect, it } from 'vitest'
import { createDenylistIndex } from '../../src/core/denylistIndex.js'
import { liftRevocation } from '../../src/core/makeRevocation.js'
import type { Revocation } from '../../src/core/revocation.js'
import { createLiftSettling } from '../../src/core/settleLifts.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const token = sampleToken({ session: 'S' })
const lifted = (revocation: Revocation) => liftRevocation(revocation, { now: Date.now() })

describe('asking what is in force after a lift', () => {
  it('ignores an answer from before a second lift', async () => {
    const index = createDenylistIndex({ now: Date.now })
    const [one, other] = [sampleRevocation('sid:S'), sampleRevocation('sid:S')]
    const answers: ((found: Revocation[]) => void)[] = []
    const find = () => new Promise<Revocation[]>((resolve) => answers.push(resolve))
    const lifting = createLiftSettling({ index, lookup: { find } })
    for (const each of [one, other, lifted(one)]) index.add(each)
    lifting.ask('sid:S')
    await expect.poll(() => answers.length).toBe(1)
    index.add(lifted(other))
    lifting.ask('sid:S')
    // The answer of a feed, with its own id.
    answers[0]?.([sampleRevocation('sid:S')])
    await expect.poll(() => answers.length).toBe(2)
    expect(index.find(token)?.scope).toBe('session')
    answers[1]?.([])
    await lifting.settled()
    expect(index.find(token)).toBeUndefined()
  })
})
