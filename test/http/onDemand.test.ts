import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import { liftRevocation } from '../../src/core/makeRevocation.js'
import { httpFeed } from '../../src/http/index.js'
import { eventually } from '../support/eventually.js'
import { passTime } from '../support/passTime.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'
import { READER } from '../support/servedApp.js'
import { goodAnswer, scriptedInEachTest, sendJson } from './scriptedFeed.js'

const DAY_MS = 86_400_000
const MAX_STALENESS_MS = 600_000

const server = scriptedInEachTest()
let denylist: Denylist
beforeEach(() => {
  denylist = createDenylist({
    feed: httpFeed({ url: server.url, ...READER, background: false }),
    ...{ maxTokenLifetimeMs: 30 * DAY_MS, maxStalenessMs: MAX_STALENESS_MS, restAfterMs: 1_000 },
  })
})
afterEach(() => denylist.close())

const revocation = sampleRevocation('sid:ended', { expiresAt: Date.now() + 20 * DAY_MS })
/** What the application tells from now on, and what is in force by its ledger. */
const tell = (revocations: readonly object[], inForce: readonly unknown[] = []) =>
  server.answer((request, response) => {
    const found = { version: 1, revocations: inForce }
    const answer = request.method === 'POST' ? found : goodAnswer({ revocations })
    sendJson(answer)(request, response)
  })
const status = async (session: string) =>
  (await denylist.judge(sampleToken({ session, issuedAt: Date.now() }))).status
const becomes = (session: string, expected: string, { afterMs = 0 } = {}) =>
  eventually(async () => {
    passTime(afterMs)
    expect(await status(session)).toBe(expected)
  })
const afterMs = MAX_STALENESS_MS + 1_000

describe('a process in which nothing runs between requests', () => {
  it('asks no more often than its staleness demands, also after a rest', async () => {
    tell([])
    await becomes('mine', 'valid')
    const { length } = server.requests
    passTime(MAX_STALENESS_MS / 2)
    expect(await status('mine')).toBe('valid')
    expect(server.requests).toHaveLength(length)
    await becomes('mine', 'valid', { afterMs })
    expect(server.requests.length).toBeGreaterThan(length)
  })

  it('hears of a lift when only the lifted session asks', async () => {
    tell([revocation])
    await becomes('ended', 'revoked')
    tell([liftRevocation(revocation, { now: Date.now() })])
    expect(await status('ended')).toBe('revoked')
    await becomes('ended', 'valid', { afterMs })
  })

  it('goes on refusing as long as nobody can tell what else is in force', async () => {
    tell([revocation])
    await becomes('ended', 'revoked')
    tell([liftRevocation(revocation, { now: Date.now() })], ['no revocation'])
    passTime(afterMs)
    expect(await status('ended')).toBe('revoked')
    expect(server.requests.some(({ method }) => method === 'POST')).toBe(true)
    tell([])
    await becomes('ended', 'valid', { afterMs })
  })

  it('drops what has expired', async () => {
    tell([revocation])
    await becomes('mine', 'valid')
    expect(denylist.state.size.session).toBe(1)
    tell([])
    await eventually(async () => {
      await becomes('mine', 'valid', { afterMs: 21 * DAY_MS })
      expect(denylist.state.size.session).toBe(0)
    })
  })
})
