import { describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { readToken } from '../../src/core/token.js'
import { httpFeed } from '../../src/http/index.js'
import { revocations } from '../../src/index.js'
import { eventually } from '../support/eventually.js'
import { startForwarder } from '../support/forwarder.js'
import { login } from '../support/login.js'
import { passTime } from '../support/passTime.js'
import { createServedApp, READER } from '../support/servedApp.js'
import {
  type Act,
  afterOf,
  goodAnswer,
  scriptedInEachTest,
  sendJson,
  sent,
} from './scriptedFeed.js'

const server = scriptedInEachTest()

const told =
  (changes: object): Act =>
  (request, response) =>
    sendJson(goodAnswer(changes))(request, response)

describe('another epoch', () => {
  it('is a snapshot: nothing is complete before its end, and nothing is unlearned', async () => {
    const { feed, follower } = server.follow()
    server.answer(told({ revocations: [sent('jti:of-the-old')] }))
    await feed.refresh()
    const epoch = 'another'
    server.answer((request, response) => {
      const isSecond = afterOf(request) === 's.another.1.2.3'
      if (isSecond) return response.writeHead(503).end()
      const page = { cursor: 's.another.1.2.3', more: true, asOf: null }
      told({ epoch, ...page, revocations: [sent('jti:of-the-new')] })(request, response)
    })
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-failed' })
    expect(follower.completions).toHaveLength(1)
    expect(follower.renewals).toBe(1)
    server.answer(told({ epoch, cursor: 'n.another.1.process.1' }))
    await eventually(() => feed.refresh())
    expect(follower.completions).toHaveLength(2)
    expect(follower.subjects()).toEqual(['jti:of-the-old', 'jti:of-the-new'])
    expect(follower.renewals).toBe(1)
    await feed.close()
  })

  it('of a real database in the place of another: what either revoked stays revoked', async () => {
    const [old, restored] = [await createServedApp(), await createServedApp()]
    const portOf = ({ url }: typeof old) => Number(new URL(url).port)
    const address = await startForwarder(portOf(old))
    const url = `http://127.0.0.1:${address.port}/api/revocation/feed`
    const feed = httpFeed({ url, ...READER, wait: 0.5 })
    const reader = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 60_000 })
    const status = async (text: string) => {
      const token = readToken(text)
      return token && (await reader.judge(token)).status
    }
    const becomes = (text: string, expected: string) =>
      eventually(async () => expect(await status(text)).toBe(expected))
    const sessions = await Promise.all([login(old), login(restored), login(restored)])
    const [ofOld, ofRestored, stays] = sessions
    await revocations(old.payload).revoke({ token: ofOld.token })
    await revocations(restored.payload).revoke({ token: ofRestored.token })
    await becomes(ofOld.token, 'revoked')
    expect(await status(ofRestored.token)).toBe('valid')
    address.leadTo(portOf(restored))
    await old.stop()
    await becomes(ofRestored.token, 'revoked')
    expect(await status(ofOld.token)).toBe('revoked')
    expect(await status(stays.token)).toBe('valid')
    await revocations(restored.payload).revoke({ token: stays.token })
    await becomes(stays.token, 'revoked')
    await reader.close()
    await Promise.all([address.stop(), old.close(), restored.close()])
  })
})

describe('a rewind', () => {
  it('begins at the beginning, and what was under way completes nothing', async () => {
    const { feed, follower } = server.follow()
    server.answer(told({}))
    await feed.refresh()
    let letGo = () => {}
    server.answer((request, response) => {
      if (afterOf(request) === null) told({ revocations: [sent('jti:again')] })(request, response)
      else letGo = () => told({})(request, response)
    })
    const reading = feed.refresh()
    await eventually(() => expect(server.requests).toHaveLength(2))
    feed.rewind()
    const completionsBefore = follower.completions.length
    letGo()
    await reading
    expect(server.requests.map(afterOf)).toEqual([null, goodAnswer().cursor, null])
    expect(follower.subjects()).toEqual(['jti:again'])
    expect(follower.completions).toHaveLength(completionsBefore + 1)
    await feed.close()
  })
})

describe('the reading of everything every 15 minutes', () => {
  const CURSOR = goodAnswer().cursor

  it('goes on beside the news, one page in each turn, and finds what came too late', async () => {
    const { feed, follower } = server.follow()
    server.answer(told({}))
    await feed.refresh()
    const pages: Record<string, object> = {
      null: { cursor: 's.1', more: true, asOf: null, revocations: [sent('jti:late')] },
      's.1': { revocations: [sent('jti:later')] },
    }
    server.answer((request, response) =>
      told(pages[String(afterOf(request))] ?? {})(request, response),
    )
    passTime(890_000)
    await feed.refresh()
    passTime(11_000)
    for (let turns = 0; turns < 3; turns += 1) await feed.refresh()
    expect(server.requests.map(afterOf)).toEqual([
      ...[null, CURSOR],
      ...[CURSOR, null, CURSOR, 's.1', CURSOR],
    ])
    expect(follower.subjects()).toEqual(['jti:late', 'jti:later'])
    passTime(901_000)
    server.answer(told({}))
    await feed.refresh()
    expect(server.requests.slice(-2).map(afterOf)).toEqual([CURSOR, null])
    await feed.close()
  })

  it('that fails does not keep the news back, and is tried again', async () => {
    const { feed, follower } = server.follow()
    server.answer(told({}))
    await feed.refresh()
    passTime(901_000)
    server.answer((request, response) => {
      if (afterOf(request) === null) response.writeHead(500).end()
      else told({ revocations: [sent('jti:news')] })(request, response)
    })
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-failed' })
    expect(follower.subjects()).toEqual(['jti:news'])
    expect(follower.completions).toHaveLength(2)
    server.answer(told({ revocations: [sent('jti:whole')] }))
    passTime(1_000)
    await feed.refresh()
    expect(follower.subjects()).toEqual(['jti:news', 'jti:whole'])
    await feed.close()
  })
})

it('a wrong secret is named in the log, and is not in it', async () => {
  const app = await createServedApp()
  const lines: string[] = []
  const log = (details: object, message: string) => {
    const { err } = details as { err?: Error & { cause?: unknown } }
    lines.push(`${message} ${err?.message} ${err?.stack} ${String(err?.cause)}`)
  }
  const secret = 'a-wrong-secret-of-the-reader-0123'
  const feed = httpFeed({ url: app.url, id: READER.id, secret, background: false })
  const logger = { error: log, warn: log, info: log }
  const denylist = createDenylist({
    ...{ feed, logger, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 10_000 },
  })
  const token = readToken((await login(app)).token)
  if (!token) throw new Error('no token')
  expect(await denylist.judge(token)).toMatchObject({ status: 'unknown' })
  expect(lines.join('\n')).toContain('does not accept the id and the secret of the feed (401)')
  expect(lines.join('\n')).not.toContain(secret)
  expect(lines.join('\n')).not.toContain(Buffer.from(`${READER.id}:${secret}`).toString('base64'))
  await denylist.close()
  await app.close()
})
