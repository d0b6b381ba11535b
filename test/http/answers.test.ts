import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { httpFeed } from '../../src/http/index.js'
import { eventually } from '../support/eventually.js'
import { passTime } from '../support/passTime.js'
import { sampleToken } from '../support/samples.js'
import { READER } from '../support/servedApp.js'
import {
  type Act,
  afterOf,
  goodAnswer,
  scriptedInEachTest,
  sendJson,
  sent,
} from './scriptedFeed.js'

const server = scriptedInEachTest()

/** 304, with what the header says. */
const unchanged =
  (position?: object): Act =>
  (_, response) =>
    response
      .writeHead(304, {
        ETag: '"known"',
        ...(position && { 'Revocation-Feed': JSON.stringify(position) }),
      })
      .end()

const positionOnly = () => {
  const { revocations, ...position } = goodAnswer({ cursor: 'n.epoch.1.process.2' })
  return position
}

describe('an answer that nothing is new', () => {
  it('is asked for with the ETag of the last one, and moves the position on', async () => {
    const { feed, follower } = server.follow()
    server.answer(sendJson(goodAnswer(), { headers: { ETag: '"known"' } }))
    await feed.refresh()
    const first = follower.completions.at(-1) ?? 0
    server.answer((request, response) => unchanged(positionOnly())(request, response))
    await eventually(async () => {
      await feed.refresh()
      expect(follower.completions.at(-1)).toBeGreaterThan(first)
    })
    await feed.refresh()
    expect(server.requests[0]?.headers['if-none-match']).toBeUndefined()
    expect(server.requests[1]?.headers['if-none-match']).toBe('"known"')
    expect(afterOf(server.requests.at(-1) ?? {})).toBe('n.epoch.1.process.2')
    expect(follower.learned).toEqual([])
    await feed.close()
  })

  it('is refused without its header', async () => {
    const { feed, follower } = server.follow()
    server.answer(sendJson(goodAnswer(), { headers: { ETag: '"known"' } }))
    await feed.refresh()
    server.answer(unchanged())
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-unreadable' })
    expect(follower.completions).toHaveLength(1)
    await feed.close()
  })

  it('is refused by a reader that knows nothing yet', async () => {
    const { feed, follower } = server.follow()
    server.answer(unchanged(positionOnly()))
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-unreadable' })
    expect(follower.completions).toEqual([])
    await feed.close()
  })
})

describe('an answer that some cache has kept', () => {
  it('does not count twice, and a later one counts', async () => {
    const { feed, follower } = server.follow()
    const kept = goodAnswer()
    server.answer(sendJson(kept))
    for (let times = 0; times < 3; times += 1) await feed.refresh()
    expect(follower.completions).toHaveLength(1)
    server.answer(sendJson(goodAnswer({ now: kept.now - 500, asOf: kept.asOf - 500 })))
    await feed.refresh()
    expect(follower.completions).toHaveLength(1)
    server.answer(sendJson(goodAnswer({ now: kept.now + 500, asOf: kept.asOf + 500 })))
    await feed.refresh()
    expect(follower.completions).toHaveLength(2)
    await feed.close()
  })

  it('lets no token through for longer than the bound', async () => {
    const feed = httpFeed({ url: server.url, ...READER, background: false })
    const denylist = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 3_000 })
    let kept = goodAnswer()
    server.answer((request, response) => {
      kept = goodAnswer()
      sendJson(kept)(request, response)
    })
    await eventually(async () =>
      expect(await denylist.judge(sampleToken())).toMatchObject({ status: 'valid' }),
    )
    server.answer((request, response) => sendJson(kept)(request, response))
    passTime(4_000)
    expect(await denylist.judge(sampleToken())).toMatchObject({ status: 'unknown' })
    await denylist.close()
  })

  it('may come from a clock that was set back: what goes on from there counts', async () => {
    const { feed, follower } = server.follow()
    const now = Date.now()
    for (const at of [now, now - 60_000, now - 59_000]) {
      server.answer(sendJson(goodAnswer({ now: at, asOf: at })))
      await feed.refresh()
    }
    expect(follower.completions).toHaveLength(2)
    await feed.close()
  })
})

describe('a snapshot in pages', () => {
  const page = (n: number, changes: object) =>
    goodAnswer({ cursor: `s.epoch.1.2.${n}`, revocations: [sent(`jti:${n}`)], ...changes })
  const pages: Record<string, object> = {
    null: page(1, { more: true, asOf: null }),
    's.epoch.1.2.1': page(2, { more: true, asOf: null }),
    's.epoch.1.2.2': page(3, {}),
  }
  const sendPage: Act = (request, response) =>
    sendJson(pages[String(afterOf(request))] ?? goodAnswer())(request, response)

  const failures: Record<string, Act> = {
    '500': sendJson('<html>', { status: 500 }),
    'a connection that is cut': (_, response) => response.destroy(),
    'half of the answer': (_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' })
      response.write('{"version":1,', () => response.destroy())
    },
    'a broken compression': (_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{}').subarray(0, 12)),
    garbage: sendJson('�\u0000'),
  }

  it.each(Object.keys(failures))(
    'goes on where it failed, and is complete only at its end: %s',
    async (name) => {
      const { feed, follower } = server.follow()
      server.answer((request, response) => {
        const act = afterOf(request) === 's.epoch.1.2.1' ? failures[name] : sendPage
        act?.(request, response)
      })
      await expect(feed.refresh()).rejects.toBeInstanceOf(Error)
      expect(follower.subjects()).toEqual(['jti:1'])
      expect(follower.completions).toEqual([])
      const { length } = server.requests
      server.answer(sendPage)
      await eventually(() => feed.refresh())
      expect(afterOf(server.requests[length] ?? {})).toBe('s.epoch.1.2.1')
      expect(follower.subjects()).toEqual(['jti:1', 'jti:2', 'jti:3'])
      expect(follower.completions).toHaveLength(1)
      await feed.close()
    },
  )
})

it('an answer may be compressed', async () => {
  const { feed, follower } = server.follow()
  server.answer((request, response) => {
    expect(request.headers['accept-encoding']).toContain('gzip')
    response
      .writeHead(200, { 'Content-Encoding': 'gzip' })
      .end(gzipSync(JSON.stringify(goodAnswer({ revocations: [sent('jti:small')] }))))
  })
  await feed.refresh()
  expect(follower.subjects()).toEqual(['jti:small'])
  await feed.close()
})
