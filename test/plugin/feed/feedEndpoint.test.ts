import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDenylist } from '../../../src/core/denylist.js'
import { readToken } from '../../../src/core/token.js'
import { httpFeed } from '../../../src/http/index.js'
import { revocations } from '../../../src/index.js'
import { createOutbox } from '../../../src/plugin/feed/outbox.js'
import type { FeedAnswer } from '../../../src/wire/feed.js'
import { breakReads } from '../../support/breakReads.js'
import { createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { login } from '../../support/login.js'
import { sampleRevocation } from '../../support/samples.js'
import { createServedApp, READER } from '../../support/servedApp.js'

let app: Awaited<ReturnType<typeof createServedApp>>
beforeAll(async () => {
  app = await createServedApp()
})
afterAll(() => app.close())

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

const basic = (secret = READER.secret) => ({
  Authorization: `Basic ${Buffer.from(`${READER.id}:${secret}`).toString('base64')}`,
})

const ask = (query = '', headers: HeadersInit = {}) =>
  app.request(`/api/revocation/feed${query}`, { headers: { ...basic(), ...headers } })

const told = async (query = '', headers: HeadersInit = {}) =>
  (await (await ask(query, headers)).json()) as FeedAnswer

const onFrom = ({ cursor }: FeedAnswer, more = '') => `?after=${cursor}${more}`

/** Another process without a database that follows the app over HTTP. */
function follow() {
  const feed = httpFeed({ url: app.url, ...READER, wait: 1 })
  const denylist = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 60_000 })
  open.push(denylist)
  denylist.follow()
  const status = async (token: string) => {
    const read = readToken(token)
    return read && (await denylist.judge(read)).status
  }
  return { denylist, status }
}

describe('who may read the feed', () => {
  const strangers: [string, HeadersInit][] = [
    ['nobody', {}],
    ['a wrong secret', basic('a-wrong-secret-of-the-reader-0123')],
    ['a bearer that is no service', { Authorization: 'Bearer a-wrong-secret-of-the-reader-0123' }],
  ]
  it.each(strangers)('not %s: 401, and nothing else', async (_, headers) => {
    for (const method of ['GET', 'POST']) {
      const answer = await app.request('/api/revocation/feed', { headers, method })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('Revocation-Feed')).toBeNull()
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
    }
  })

  it('not a user, and not an administrator', async () => {
    const { bearer, byCookie } = await login(app)
    for (const headers of [bearer, byCookie]) {
      expect((await app.request('/api/revocation/feed', { headers })).status).toBe(401)
    }
  })

  it('nobody without the option `services`: 404', async () => {
    const other = await createApp()
    for (const method of ['GET', 'POST']) {
      const answer = await other.request('/api/revocation/feed', { headers: basic(), method })
      expect(answer.status).toBe(404)
    }
    await other.close()
  })

  it('a service beside the revoked cookie of a user', async () => {
    const { byCookie, claims } = await login(app)
    await revocations(app.payload).revoke({ session: String(claims.sid) })
    expect((await ask('', byCookie)).status).toBe(200)
  })
})

describe('what the feed says', () => {
  it('no token, no person and no note', async () => {
    const { token } = await login(app)
    await revocations(app.payload).revoke({ token }, { note: 'a secret note', actor: undefined })
    await app.runtime.denylist.revoke([
      sampleRevocation('jti:of-a-person', { actor: 'users:77', note: 'stolen', ip: '192.0.2.7' }),
    ])
    const text = JSON.stringify(await told())
    expect(text).toContain('jti:of-a-person')
    for (const kept of [token, token.split('.')[2] ?? '', 'secret note', 'users:77', '192.0.2.7']) {
      expect(text).not.toContain(kept)
    }
  })

  it('what each scope means to Payload, it means to a reader', async () => {
    const { status } = follow()
    const calls = revocations(app.payload)
    const [single, session, own, other, rotated] = await Promise.all(
      Array.from({ length: 5 }, () => login(app)),
    )
    if (!single || !session || !own || !other || !rotated) throw new Error('a login failed')
    const all = { single, session, own, other, rotated }
    const isSaid = async (expected: Record<keyof typeof all, string>) => {
      await eventually(async () => {
        const found = Object.entries(all).map(async ([name, { token }]) => [
          name,
          await status(token),
        ])
        expect(Object.fromEntries(await Promise.all(found))).toEqual(expected)
      })
    }
    const valid = 'valid'
    const revoked = 'revoked'
    await isSaid({ single: valid, session: valid, own: valid, other: valid, rotated: valid })
    await calls.revoke({ token: single.token })
    await calls.revoke({ session: String(session.claims.sid) })
    await app.runtime.denylist.revoke([
      sampleRevocation(`jti:${rotated.claims.jti}`, { effectiveAt: Date.now() + 3_000_000 }),
    ])
    await isSaid({ single: revoked, session: revoked, own: valid, other: valid, rotated: valid })
    await calls.lift({ session: String(session.claims.sid) })
    await isSaid({ single: revoked, session: valid, own: valid, other: valid, rotated: valid })
    await calls.revoke({
      user: { collection: 'users', id: 1, exceptSession: String(own.claims.sid) },
    })
    await isSaid({
      single: revoked,
      session: revoked,
      own: valid,
      other: revoked,
      rotated: revoked,
    })
    const late = await login(app)
    expect(await status(late.token)).toBe('valid')
    // Without the news, from a snapshot: the same.
    const fresh = follow()
    expect(await fresh.status(own.token)).toBe('valid')
    expect(await fresh.status(late.token)).toBe('valid')
    expect(await fresh.status(other.token)).toBe('revoked')
    await calls.revoke({ everyone: true })
    await isSaid({
      single: revoked,
      session: revoked,
      own: revoked,
      other: revoked,
      rotated: revoked,
    })
    expect(await status((await login(app)).token)).toBe('valid')
  })

  it('a token whose grace is over', async () => {
    const { denylist, status } = follow()
    const { token, claims } = await login(app)
    expect(await status(token)).toBe('valid')
    const id = String(claims.jti)
    await app.runtime.denylist.revoke([
      sampleRevocation(`jti:${id}`, { effectiveAt: Date.now() + 300, reason: 'rotated' }),
    ])
    await eventually(async () => expect(await status(token)).toBe('revoked'))
    expect(denylist.state.size.token).toBeGreaterThan(0)
  })
})

describe('reading on', () => {
  it('tells only what is new, and nothing when there is nothing', async () => {
    const first = await told()
    expect(first).toMatchObject({ version: 1, more: false })
    expect((await told(onFrom(first))).revocations).toEqual([])
    const sent = sampleRevocation('jti:new')
    await app.runtime.denylist.revoke([sent])
    const second = await told(onFrom(first))
    expect(second.revocations.map(({ subject }) => subject)).toEqual(['jti:new'])
    expect(second.asOf).toBeLessThanOrEqual(second.now)
    // The first came from the ledger, the second is as of the last regular reading.
    await eventually(async () =>
      expect((await told(onFrom(first))).asOf).toBeGreaterThanOrEqual(first.asOf ?? 0),
    )
  })

  it('answers 304 to whoever has that answer, with the new position in a header', async () => {
    const answer = await ask()
    const etag = answer.headers.get('ETag') ?? ''
    const first = (await answer.json()) as FeedAnswer
    for (const query of ['', onFrom(first)]) {
      const position = await eventually(async () => {
        const unchanged = await ask(query, { 'If-None-Match': etag })
        expect(unchanged.status).toBe(304)
        const position = JSON.parse(unchanged.headers.get('Revocation-Feed') ?? '')
        expect(position).toMatchObject({ version: 1, more: false })
        expect(position.asOf).toBeGreaterThanOrEqual(first.asOf ?? 0)
        return position
      })
      expect((await told(`?after=${position.cursor}`)).revocations).toEqual([])
    }
    await app.runtime.denylist.revoke([sampleRevocation('jti:changed')])
    for (const query of ['', onFrom(first)]) {
      expect((await ask(query, { 'If-None-Match': etag })).status).toBe(200)
    }
  })

  it('holds the request until there is news', async () => {
    const first = await told()
    const held = told(onFrom(first, '&wait=25'))
    await eventually(async () => expect(await isPending(held)).toBe(true))
    await app.runtime.denylist.revoke([sampleRevocation('jti:awaited')])
    const answer = await held
    expect(answer.revocations.map(({ subject }) => subject)).toEqual(['jti:awaited'])
    expect(answer.held).toBeLessThan(25_000)
  })

  it('compresses for those who accept it', async () => {
    const many = Array.from({ length: 50 }, (_, i) => sampleRevocation(`jti:compressed-${i}`))
    await app.runtime.denylist.revoke(many)
    const plain = await ask('', { 'Accept-Encoding': 'br, gzip;q=0' })
    expect(plain.headers.get('Content-Encoding')).toBeNull()
    const small = await ask('', { 'Accept-Encoding': 'deflate, gzip;q=0.5' })
    expect(small.headers.get('Content-Encoding')).toBe('gzip')
    const bytes = Buffer.from(await small.arrayBuffer())
    const text = await plain.text()
    expect(bytes.length).toBeLessThan(text.length / 2)
    const { revocations } = JSON.parse(gunzipSync(bytes).toString()) as FeedAnswer
    expect(revocations).toEqual((JSON.parse(text) as FeedAnswer).revocations)
  })

  it('gives a snapshot for the cursor of another ledger, of the future, of long ago, and for any text', async () => {
    const first = await told()
    const all = first.revocations.length
    const [kind, epoch, at, ...rest] = first.cursor.split('.')
    const cursor = (changes: { epoch?: string; at?: number }) =>
      [kind, changes.epoch ?? epoch, changes.at ?? at, 'other', ...rest.slice(1)].join('.')
    for (const other of [
      cursor({ epoch: 'other' }),
      cursor({ at: Date.now() + 3_600_000 }),
      cursor({ at: Date.now() - 7_200_000 }),
      'anything',
      "n.'.1.2.3",
      `s.${epoch}.x.1.2`,
    ]) {
      const answer = await told(`?after=${encodeURIComponent(other)}`)
      expect(answer.revocations.length).toBeGreaterThanOrEqual(all)
    }
  })

  it('goes on from the cursor of another process, also with rows that were visible late', async () => {
    const first = await told()
    const foreign = first.cursor.replace(/\.[0-9a-f]+\.\d+$/, '.another.3')
    // Its id is older than the cursor, as after a slow commit.
    const late = sampleRevocation('jti:late', { now: (first.asOf ?? 0) - 4_000 })
    await app.runtime.ledger.append([late])
    const answer = await told(`?after=${foreign}`)
    expect(answer.revocations.map(({ subject }) => subject)).toContain('jti:late')
    expect((await told(onFrom(answer))).revocations.map(({ subject }) => subject)).not.toContain(
      'jti:before-the-window',
    )
  })
})

describe('an app that cannot vouch', () => {
  it('says so: 503, and its readers stop judging', async () => {
    const stale = await createServedApp({ maxStaleness: 0.6 })
    const feed = httpFeed({ url: stale.url, ...READER, wait: 0.2 })
    const denylist = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 1_000 })
    const token = readToken((await login(stale)).token)
    if (!token) throw new Error('no token')
    expect(await denylist.judge(token)).toMatchObject({ status: 'valid' })
    const mend = breakReads(stale.payload)
    await eventually(async () => {
      const answer = await stale.request('/api/revocation/feed', { headers: basic() })
      expect(answer.status).toBe(503)
      expect(answer.headers.get('Retry-After')).toBe('1')
    })
    await eventually(async () =>
      expect(await denylist.judge(token)).toMatchObject({ status: 'unknown' }),
    )
    mend()
    await eventually(async () =>
      expect(await denylist.judge(token)).toMatchObject({ status: 'valid' }),
    )
    await denylist.close()
    await stale.close()
  })
})

describe('asking for single subjects', () => {
  it('finds what is in force, without what was lifted', async () => {
    const { find } = httpFeed({ url: app.url, ...READER })
    await app.runtime.denylist.revoke([sampleRevocation('sid:lifted')])
    expect(await find(['sid:lifted', 'jti:unknown'])).toMatchObject([{ subject: 'sid:lifted' }])
    await revocations(app.payload).lift({ session: 'lifted' })
    expect(await find(['sid:lifted'])).toEqual([])
  })

  it.each([
    ['no JSON', '{'],
    ['no list', '{"subjects":"jti:x"}'],
    ['an unknown scope', '{"subjects":["tenant:1"]}'],
    ['too many', JSON.stringify({ subjects: Array(501).fill('jti:x') })],
    ['too long', JSON.stringify({ subjects: [`jti:${'x'.repeat(300_000)}`] })],
  ])('refuses %s', async (_, body) => {
    const answer = await fetch(app.url, { method: 'POST', headers: basic(), body })
    expect(answer.status).toBe(400)
  })
})

describe('the news of a process', () => {
  it('are kept up to a limit, and a reader that is further behind goes to the ledger', () => {
    let tell = (_: ReturnType<typeof sampleRevocation>) => {}
    const outbox = createOutbox({
      listen(listener) {
        tell = listener
        return () => {}
      },
    })
    const news = sampleRevocation('jti:news')
    for (let i = 0; i < 30_000; i += 1) tell(news)
    expect(outbox.latest).toBe(30_000)
    expect(outbox.after(29_000)).toHaveLength(1_000)
    expect(outbox.after(1_000)).toBeUndefined()
    expect(outbox.after(30_001)).toBeUndefined()
  })
})

const isPending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise.then(() => 'done'), Promise.resolve('pending')])) === 'pending'
