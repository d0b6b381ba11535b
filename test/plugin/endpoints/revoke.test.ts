import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakWrites } from '../../support/breakWrites.js'
import { type Callers, createCallers } from '../../support/callers.js'
import { isAccepted } from '../../support/isAccepted.js'
import type { Login } from '../../support/login.js'
import { signToken } from '../../support/signToken.js'

let app: Callers
beforeAll(async () => {
  app = await createCallers()
})
afterAll(() => app.close())

const sid = ({ claims }: Login) => String(claims.sid)
const SIGNING = { secret: 'a-secret-of-the-tests' }
const self = { collection: 'users', id: 1 }

describe('a user', () => {
  it('ends the current session', async () => {
    const session = await app.as('member')
    const answer = await app.call('revoke', session.jwt, { session: sid(session), note: 'Lost' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        dryRun: false,
        revocations: [
          {
            scope: 'session',
            subject: `sid:${sid(session)}`,
            reason: 'logout',
            actor: 'users:1',
            note: 'Lost',
            cutoff: null,
          },
        ],
      },
    })
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('ends another own session by its name, but nobody else’s', async () => {
    const [one, two, other] = [
      await app.as('member'),
      await app.as('member'),
      await app.as('other'),
    ]
    const answer = await app.call('revoke', one.jwt, { session: sid(two) })
    expect(answer).toMatchObject({ status: 200, body: { sessions: 1 } })
    expect(await isAccepted(app, two)).toBe(false)
    expect(await isAccepted(app, one)).toBe(true)
    expect((await app.call('revoke', one.jwt, { session: sid(other) })).status).toBe(403)
    expect(await isAccepted(app, other)).toBe(true)
  })

  it('ends every other session and keeps the current one', async () => {
    const [one, two] = [await app.as('member'), await app.as('member')]
    const answer = await app.call('revoke', one.byCookie, {
      user: { ...self, exceptSession: 'current' },
    })
    expect(answer.body.revocations).toMatchObject([{ scope: 'user', exceptSession: sid(one) }])
    expect(await isAccepted(app, one)).toBe(true)
    expect(await isAccepted(app, two)).toBe(false)
  })

  it('ends every session, including the current one', async () => {
    const [one, two] = [await app.as('member'), await app.as('member')]
    expect((await app.call('revoke', one.jwt, { user: self })).status).toBe(200)
    expect(await isAccepted(app, one)).toBe(false)
    expect(await isAccepted(app, two)).toBe(false)
    expect(await isAccepted(app, await app.as('member'))).toBe(true)
  })

  it('ends an own token, but not the sessions of others', async () => {
    const [one, two, other] = [
      await app.as('member'),
      await app.as('member'),
      await app.as('other'),
    ]
    expect((await app.call('revoke', one.jwt, { token: two.token })).status).toBe(200)
    expect(await isAccepted(app, two)).toBe(false)
    expect((await app.call('revoke', one.jwt, { token: other.token })).status).toBe(403)
    expect(await isAccepted(app, other)).toBe(true)
  })

  it('cannot end a token with a forged text that names it', async () => {
    const session = await app.as('member')
    const [header, claims] = session.token.split('.')
    const token = `${header}.${claims}.${'A'.repeat(43)}`
    for (const headers of [session.jwt, (await app.as('administrator')).jwt]) {
      const answer = await app.call('revoke', headers, { token })
      expect(answer.status).toBe(400)
      expect(answer.body.errors?.[0]?.field).toBe('token')
    }
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('who uses an API key has no current session', async () => {
    const { payload } = app
    const { id } = await payload.create({
      collection: 'customers',
      data: { email: 'key@example.com', password: 'a-password', enableAPIKey: true, apiKey: 'k' },
    })
    const headers = { Authorization: 'customers API-Key k' }
    const spared = { user: { collection: 'customers', id, exceptSession: 'current' } }
    expect((await app.call('revoke', headers, spared)).body.errors?.[0]?.field).toBe(
      'user.exceptSession',
    )
    const all = await app.call('revoke', headers, { user: { collection: 'customers', id } })
    expect(all.status).toBe(200)
  })

  it('gives no other reason than that of a logout', async () => {
    const session = await app.as('member')
    const answer = await app.call('revoke', session.jwt, { user: self, reason: 'user-deleted' })
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.[0]?.field).toBe('reason')
  })
})

describe('an administrator', () => {
  const asAdministrator = async () => (await app.as('administrator')).jwt

  it('ends a session, a token by its jti, and a user, with reason and note', async () => {
    const headers = await asAdministrator()
    for (const nameOf of [
      (session: Login) => ({ session: sid(session) }),
      ({ claims }: Login) => ({ jti: claims.jti }),
      () => ({ user: self }),
    ]) {
      const session = await app.as('member')
      const answer = await app.call('revoke', headers, {
        ...nameOf(session),
        reason: 'user-disabled',
        note: 'Left the company',
      })
      expect(answer.body.revocations).toMatchObject([
        { reason: 'user-disabled', note: 'Left the company', actor: 'users:3' },
      ])
      expect(await isAccepted(app, session)).toBe(false)
    }
  })

  it('ends every session of everyone, including their own', async () => {
    const all = await createCallers()
    const administrator = await all.as('administrator')
    const sessions = [administrator, await all.as('member'), await all.as('other')]
    const answer = await all.call('revoke', administrator.jwt, { everyone: true })
    expect(answer.body.revocations).toMatchObject([{ scope: 'everyone', reason: 'admin' }])
    for (const session of sessions) expect(await isAccepted(all, session)).toBe(false)
    await all.close()
  })

  it('may name a user who no longer exists, but no collection without users', async () => {
    const headers = await asAdministrator()
    const gone = await app.call('revoke', headers, { user: { collection: 'users', id: 4_711 } })
    expect(gone.status).toBe(200)
    for (const collection of ['posts', 'no-such-collection', '__proto__']) {
      const answer = await app.call('revoke', headers, { user: { collection, id: 1 } })
      expect(answer.body.errors?.[0]?.field).toBe('user.collection')
    }
  })
})

describe('a dry run', () => {
  it('counts the active sessions that would end', async () => {
    const fresh = await createCallers()
    const [one] = [await fresh.as('member'), await fresh.as('member'), await fresh.as('other')]
    const headers = (await fresh.as('administrator')).jwt
    const count = async (caller: HeadersInit, target: object) =>
      (await fresh.call('revoke', caller, { ...target, dryRun: true })).body.sessions
    expect(await count(headers, { session: sid(one) })).toBe(1)
    expect(await count(headers, { user: self })).toBe(2)
    expect(await count(one.jwt, { user: { ...self, exceptSession: 'current' } })).toBe(1)
    expect(await count(headers, { everyone: true })).toBe(4)
    expect(await count(headers, { token: one.token })).toBeNull()
    await fresh.call('revoke', headers, { session: sid(one) })
    expect(await count(headers, { session: sid(one) })).toBe(0)
    expect(await count(headers, { user: self })).toBe(1)
    await fresh.close()
  })

  it('returns what would be recorded and changes nothing', async () => {
    const headers = (await app.as('administrator')).jwt
    const session = await app.as('member')
    const rows = await app.rows()
    for (const target of [
      { session: sid(session) },
      { token: session.token },
      { jti: session.claims.jti },
      { user: self },
      { everyone: true },
    ]) {
      const answer = await app.call('revoke', headers, { ...target, dryRun: true })
      expect(answer.body).toMatchObject({ dryRun: true, revocations: [{ reason: 'admin' }] })
    }
    expect(await app.rows()).toBe(rows)
    expect(await isAccepted(app, session)).toBe(true)
  })
})

describe('without session records', () => {
  it('a user ends the current session and all others together, but no single other one', async () => {
    const bare = await createCallers({ plugin: { sessions: false } })
    const [one, two] = [await bare.as('member'), await bare.as('member')]
    expect((await bare.call('revoke', one.jwt, { session: sid(two) })).status).toBe(403)
    const others = { user: { ...self, exceptSession: 'current' } }
    const answer = await bare.call('revoke', one.jwt, others)
    expect(answer).toMatchObject({ status: 200, body: { sessions: null } })
    expect(await isAccepted(bare, two)).toBe(false)
    expect((await bare.call('revoke', one.jwt, { session: sid(one) })).status).toBe(200)
    expect(await isAccepted(bare, one)).toBe(false)
    await bare.close()
  })
})

describe('the address of a call', () => {
  it('is recorded behind a trusted proxy, and shown to administrators', async () => {
    const behind = await createCallers({ plugin: { trustProxy: 1 } })
    const session = await behind.as('member')
    const from = { 'X-Forwarded-For': '203.0.113.9, 192.0.2.1' }
    const answer = await behind.call(
      'revoke',
      { ...session.jwt, ...from },
      { session: sid(session) },
    )
    expect(answer.body.revocations).toMatchObject([{ ip: '192.0.2.1' }])
    const { body } = await behind.call('list', (await behind.as('administrator')).jwt)
    expect(body.docs).toMatchObject([{ ip: '192.0.2.1', actor: 'users:1' }])
    await behind.close()
  })

  it('is ignored without one', async () => {
    const session = await app.as('member')
    const headers = { ...session.jwt, 'X-Forwarded-For': '192.0.2.1' }
    const answer = await app.call('revoke', headers, { session: sid(session) })
    expect(answer.body.revocations).toMatchObject([{ ip: null }])
  })
})

describe('a repetition', () => {
  it('does not treat a token as revoked that will be revoked soon', async () => {
    const headers = (await app.as('administrator')).jwt
    const session = await app.as('member')
    const refreshed = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    expect(refreshed.status).toBe(200)
    const answer = await app.call('revoke', headers, { jti: session.claims.jti })
    expect(answer.body.revocations).toMatchObject([{ reason: 'admin', effectiveAt: null }])
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('for an expired token records nothing', async () => {
    const headers = (await app.as('administrator')).jwt
    const { claims } = await app.as('member')
    const now = Math.floor(Date.now() / 1_000)
    const expired = signToken({ ...claims, jti: 'x', iat: now - 60, exp: now - 30 }, SIGNING)
    const rows = await app.rows()
    expect((await app.call('revoke', headers, { token: expired })).status).toBe(200)
    expect(await app.rows()).toBe(rows)
  })

  it('for a token or a session returns the existing revocation', async () => {
    const headers = (await app.as('administrator')).jwt
    const session = await app.as('member')
    for (const target of [{ session: sid(session) }, { token: session.token }]) {
      const first = await app.call('revoke', headers, target)
      const rows = await app.rows()
      const second = await app.call('revoke', headers, { ...target, note: 'again' })
      expect(second.body.revocations).toEqual(first.body.revocations)
      expect(await app.rows()).toBe(rows)
    }
  })

  it('for a user moves the cut-off, to cover logins in the meantime', async () => {
    const headers = (await app.as('administrator')).jwt
    for (let round = 0; round < 2; round += 1) {
      const session = await app.as('member')
      await app.call('revoke', headers, { user: self })
      expect(await isAccepted(app, session)).toBe(false)
    }
  })
})

describe('the input', () => {
  const refused: [string, unknown, string][] = [
    ['nothing', {}, 'session'],
    ['two targets', { session: 'a', jti: 'b' }, 'session'],
    ['an unknown field', { session: 'a', sesion: 'a' }, 'sesion'],
    ['__proto__', JSON.parse('{"session":"a","__proto__":{"everyone":true}}'), '__proto__'],
    ['an inherited name', { session: 'a', constructor: 'a' }, 'constructor'],
    ['an unknown field of the user', { user: { collection: 'users', id: 1, a: 1 } }, 'user.a'],
    ['a session that is a number', { session: 1 }, 'session'],
    ['an empty session', { session: '' }, 'session'],
    ['a session that is too long', { session: 'a'.repeat(257) }, 'session'],
    ['a session with a NUL', { session: 'a\0' }, 'session'],
    ['a session with half a surrogate pair', { session: '\ud800' }, 'session'],
    ['a list of sessions', { session: ['a'] }, 'session'],
    ['a query in place of a session', { session: { not_equals: 'a' } }, 'session'],
    ['null', { session: null }, 'session'],
    ['everyone: false', { everyone: false }, 'everyone'],
    ['everyone: "true"', { everyone: 'true' }, 'everyone'],
    ['a user that is a text', { user: 'users:1' }, 'user'],
    ['a user without collection', { user: { id: 1 } }, 'user.collection'],
    ['a user without id', { user: { collection: 'users' } }, 'user.id'],
    ['an id that is a fraction', { user: { collection: 'users', id: 1.5 } }, 'user.id'],
    ['an id that is a query', { user: { collection: 'users', id: { gt: 0 } } }, 'user.id'],
    ['an unknown reason', { session: 'a', reason: 'because' }, 'reason'],
    ['a reason of the plugin alone', { session: 'a', reason: 'rotated' }, 'reason'],
    ['a note that is too long', { session: 'a', note: 'n'.repeat(1_001) }, 'note'],
    ['a note that is a number', { session: 'a', note: 1 }, 'note'],
    ['a dryRun that is a text', { session: 'a', dryRun: 'false' }, 'dryRun'],
    ['a token that is too long', { token: 'a'.repeat(8_193) }, 'token'],
  ]
  for (const [name, body, field] of refused) {
    it(`is refused with the name of the field: ${name}`, async () => {
      const rows = await app.rows()
      const answer = await app.call('revoke', await app.headersOf('administrator'), body)
      expect(answer.status).toBe(400)
      expect(answer.body.errors).toMatchObject([{ name: 'InvalidField', field }])
      expect(await app.rows()).toBe(rows)
    })
  }

  const raw = async (body: string | ReadableStream, contentType: string) =>
    app.send(
      new Request('http://127.0.0.1:3000/api/revocation/revoke', {
        method: 'POST',
        headers: { ...(await app.headersOf('administrator')), 'Content-Type': contentType },
        body,
        ...(typeof body !== 'string' && { duplex: 'half' }),
      } as RequestInit),
    )

  it('is refused when it is not a JSON object', async () => {
    for (const body of ['', '{', 'null', '[]', '"session"', '['.repeat(10_000)]) {
      expect((await raw(body, 'application/json')).status).toBe(400)
    }
  })

  it('is refused without the JSON content type, as a form of another site would send it', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; application/json',
      'application/jsonp',
      '',
    ]) {
      expect((await raw('{"everyone":true}', type)).status).toBe(415)
    }
  })

  it('is read no further than 16 KiB', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1_024
        controller.enqueue(new TextEncoder().encode(' '.repeat(1_024)))
      },
    })
    expect((await raw(endless, 'application/json')).status).toBe(413)
    expect(sent).toBeLessThan(64 * 1_024)
  })

  it('of a GET does nothing', async () => {
    const { headers } = { headers: await app.headersOf('administrator') }
    const rows = await app.rows()
    for (const path of ['revoke?everyone=true', 'lift?subject=everyone', 'sessions/rename']) {
      expect((await app.call(path, headers)).status).toBe(404)
    }
    const asGet = { ...headers, 'X-HTTP-Method-Override': 'GET' }
    expect((await app.call('revoke', asGet, { everyone: true })).status).toBe(404)
    expect(await app.rows()).toBe(rows)
  })
})

describe('session records that cannot be read', () => {
  it('stop no revocation: the count is unknown', async () => {
    const broken = await createCallers()
    const { jwt } = await broken.as('administrator')
    const session = await broken.as('member')
    const { db } = broken.payload
    const count = db.count.bind(db)
    db.count = (args) =>
      args.collection === 'user-sessions' ? Promise.reject(new Error('broken')) : count(args)
    const answer = await broken.call('revoke', jwt, { everyone: true })
    db.count = count
    expect(answer).toMatchObject({ status: 200, body: { sessions: null } })
    expect(await isAccepted(broken, session)).toBe(false)
    await broken.close()
  })
})

describe('a ledger that cannot be written', () => {
  it('gives 503, and nothing is reported as revoked', async () => {
    const headers = await app.headersOf('administrator')
    const session = await app.as('member')
    const mend = breakWrites(app.payload)
    const answer = await app.call('revoke', headers, { session: sid(session) })
    mend()
    expect(answer.status).toBe(503)
    expect(JSON.stringify(answer.body)).not.toContain('disk full')
    expect(await isAccepted(app, session)).toBe(true)
  })
})
