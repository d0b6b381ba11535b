import { describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { httpFeed } from '../../src/http/index.js'
import { eventually } from '../support/eventually.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'
import { READER } from '../support/servedApp.js'
import { goodAnswer, scriptedInEachTest, sendJson, startScripted } from './scriptedFeed.js'

const server = scriptedInEachTest()

const revocation = sampleRevocation('jti:known')
const { scope, ...sent } = revocation

describe('an answer that is not understood', () => {
  const wrong: Record<string, unknown> = {
    'no JSON': '<html>',
    'no object': [],
    'an older version': goodAnswer({ version: 0 }),
    'a newer version': goodAnswer({ version: 2 }),
    'no version': goodAnswer({ version: undefined }),
    'no cursor': goodAnswer({ cursor: undefined }),
    'a cursor with a line break': goodAnswer({ cursor: 'a\r\nb' }),
    'a time that is no number': goodAnswer({ asOf: '1' }),
    'an instant in its own future': goodAnswer({ asOf: Date.now() + 60_000 }),
    'a negative wait': goodAnswer({ held: -1 }),
    'no list': goodAnswer({ revocations: {} }),
    'a revocation that is no object': goodAnswer({ revocations: ['jti:x'] }),
    'an unknown scope': goodAnswer({ revocations: [{ ...sent, subject: 'tenant:1' }] }),
    'a revocation without an expiry': goodAnswer({
      revocations: [{ ...sent, expiresAt: undefined }],
    }),
    'an expiry that is no date': goodAnswer({ revocations: [{ ...sent, expiresAt: 1e300 }] }),
    'a user without a cut-off': goodAnswer({ revocations: [{ ...sent, subject: 'user:users:1' }] }),
    'a token with a cut-off': goodAnswer({ revocations: [{ ...sent, cutoff: 1 }] }),
    'everyone but a session': goodAnswer({
      revocations: [{ ...sent, subject: 'everyone', cutoff: 1, exceptSession: 'mine' }],
    }),
    'a good revocation beside a wrong one': goodAnswer({
      revocations: [
        { ...sent, id: 'other', subject: 'jti:other' },
        { ...sent, id: '' },
      ],
    }),
  }

  it.each(Object.keys(wrong))('is refused whole, and nothing is unlearned: %s', async (name) => {
    const { feed, follower } = server.follow()
    server.answer(sendJson(goodAnswer({ revocations: [sent] })))
    await feed.refresh()
    expect(follower.learned).toEqual([revocation])
    const { length } = follower.completions
    server.answer(sendJson(wrong[name]))
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-unreadable' })
    expect(follower.reports.at(-1)).toMatchObject({ code: 'feed-unreadable' })
    expect(follower.learned).toEqual([revocation])
    expect(follower.completions).toHaveLength(length)
    await feed.close()
  })

  it('is not read to an end that never comes', async () => {
    const { feed, follower } = server.follow()
    server.answer((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(1 << 20)));
      }
      response.on('drain', more)
      more()
    })
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-unreadable' })
    expect(follower.completions).toEqual([])
    await feed.close()
  })

  it('leaves known revocations in force, and an unknown token unjudged', async () => {
    const feed = httpFeed({ url: server.url, ...READER, background: false })
    const denylist = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 500 })
    server.answer(sendJson(goodAnswer({ revocations: [sent] })))
    const other = sampleToken({ id: 'other' })
    expect(await denylist.judge(other)).toMatchObject({ status: 'valid' })
    server.answer(sendJson(goodAnswer({ version: 2 })))
    await eventually(async () =>
      expect(await denylist.judge(other)).toMatchObject({ status: 'unknown' }),
    )
    expect(await denylist.judge(sampleToken({ id: 'known' }))).toMatchObject({ status: 'revoked' })
    await denylist.close()
  })
})

describe('a feed that is refused', () => {
  it.each([401, 403, 404])('does not ask again and again (%i)', async (status) => {
    server.answer(sendJson({}, { status }))
    const { feed, follower } = server.follow({ background: true })
    await eventually(() => expect(follower.reports).toHaveLength(1))
    for (let i = 0; i < 100; i += 1) {
      await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-refused' })
    }
    expect(server.requests).toHaveLength(1)
    expect(String(follower.reports[0])).not.toContain(READER.secret)
    await feed.close()
  })

  it('waits as long as the answer says', async () => {
    server.answer(sendJson({}, { status: 503, headers: { 'Retry-After': '60' } }))
    const { feed } = server.follow()
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-failed' })
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-failed' })
    expect(server.requests).toHaveLength(1)
    await feed.close()
  })

  it('does not follow a redirect, and so shows its secret to nobody else', async () => {
    const stranger = await startScripted()
    server.answer(sendJson({}, { status: 302, headers: { Location: stranger.url } }))
    const { feed } = server.follow()
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-failed' })
    expect(stranger.requests).toEqual([])
    await Promise.all([feed.close(), stranger.stop()])
  })
})

describe('time', () => {
  it('counts from the statement of the sender, whatever the clock of the reader says', async () => {
    const far = Date.now() - 86_400_000
    server.answer(sendJson(goodAnswer({ now: far, asOf: far - 3_000, held: 0 })))
    const { feed, follower } = server.follow()
    const before = performance.now()
    await feed.refresh()
    const [asOf = 0] = follower.completions
    expect(asOf).toBeGreaterThanOrEqual(before - 3_000)
    expect(asOf).toBeLessThanOrEqual(performance.now() - 3_000)
    await feed.close()
  })

  it('does not believe that a request was held for longer than it took', async () => {
    server.answer(sendJson(goodAnswer({ held: 3_600_000 })))
    const { feed, follower } = server.follow()
    await feed.refresh()
    expect(follower.completions[0]).toBeLessThanOrEqual(performance.now())
    await feed.close()
  })

  it('stops judging while the clock of the reader is wrong', async () => {
    const now = Date.now() - 60_000
    server.answer(sendJson(goodAnswer({ now, asOf: now })))
    const feed = httpFeed({ url: server.url, ...READER, background: false })
    const denylist = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 10_000 })
    expect(await denylist.judge(sampleToken())).toMatchObject({ status: 'unknown' })
    expect(denylist.state.clockOffsetMs).toBeGreaterThan(55_000)
    await denylist.close()
  })
})

describe('a proxy between feed and application', () => {
  it('may cut what is held: the feed asks without waiting, and does not call it an outage', async () => {
    server.answer((request, response) => {
      if (request.url?.includes('wait=')) response.destroy()
      else sendJson(goodAnswer())(request, response)
    })
    const { feed, follower } = server.follow({ background: true })
    await eventually(() => expect(follower.completions.length).toBeGreaterThan(3))
    expect(follower.reports.filter(Boolean)).toEqual([])
    const waits = server.requests.map(({ url }) => /wait=([\d.]+)/.exec(url ?? '')?.[1])
    expect(waits.filter(Boolean).slice(0, 3)).toEqual(['4', '2', '1'])
    await feed.close()
  })

  it('may keep an answer back: its news count from when it was made', async () => {
    const { feed, follower } = server.follow()
    server.answer((request, response) => {
      const made = goodAnswer({ revocations: [sent] })
      setTimeout(() => sendJson(made)(request, response), 300)
    })
    const before = performance.now()
    await feed.refresh()
    expect(follower.learned).toEqual([revocation])
    // It was made right after the question, as far as the feed can know.
    expect((follower.completions[0] ?? 0) - before).toBeLessThan(100)
    await feed.close()
  })
})

describe('the options', () => {
  const good = { url: 'https://app.example.com/api/revocation/feed', ...READER }
  it.each<[string, object]>([
    ['url', { url: 'redis://host' }],
    ['url', { url: 'https://user:secret@app.example.com/' }],
    ['url', { url: undefined }],
    ['id', { id: 'a:b' }],
    ['secret', { secret: '' }],
    ['wait', { wait: 26 }],
    ['background', { background: 'no' }],
    ['interval', { interval: 1 }],
  ])('refuse a wrong `%s`', (name, wrong) => {
    expect(() => httpFeed({ ...good, ...wrong })).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: expect.stringContaining(`\`${name}\``),
      }),
    )
  })
})
