import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { breakWrites } from '../../support/breakWrites.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { basic, PATHS, SERVICE, sendForm } from '../../support/oauth.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { signToken } from '../../support/signToken.js'

const revoke = async (
  app: App,
  token: string,
  { headers = {}, ...body }: { headers?: Record<string, string>; [name: string]: unknown } = {},
) => {
  const answer = await sendForm(app, PATHS.revoke, {
    body: { token, ...(body as Record<string, string>) },
    headers,
  })
  return { status: answer.status, body: await answer.text(), headers: answer.headers }
}

const DONE = { status: 200, body: '' }

const refresh = async (app: App, { jwt }: Login) => {
  const answer = await app.request('/api/users/refresh-token', { method: 'POST', headers: jwt })
  const { refreshedToken } = (await answer.json()) as { refreshedToken: string }
  return loginFrom(refreshedToken)
}

onEachDatabase('revoking', (database) => {
  it('is durable before the answer, ends the whole session and no other, and is told as a logout', async () => {
    const told: unknown[] = []
    const app = await createApp({
      ...database(),
      plugin: { hooks: { onRevoke: ({ revocation }) => void told.push(revocation) } },
    })
    const [first, other] = [await login(app), await login(app)]
    const next = await refresh(app, first)
    told.length = 0
    expect(await revoke(app, next.token)).toMatchObject(DONE)
    const accepted = await Promise.all([first, next, other].map((each) => isAccepted(app, each)))
    expect(accepted).toEqual([false, false, true])
    const actor = `users:${next.claims.id}`
    const found = await revocations(app.payload).explain({ token: next.token })
    expect(found).toHaveLength(2)
    for (const each of found) expect(each).toMatchObject({ reason: 'logout', actor })
    expect(told).toHaveLength(2)
    expect(told).toContainEqual(
      expect.objectContaining({ scope: 'session', subject: `sid:${next.claims.sid}` }),
    )
    expect(told).toContainEqual(
      expect.objectContaining({ scope: 'token', partOf: `sid:${next.claims.sid}` }),
    )
    const sessions = await revocations(app.payload).sessions(
      { collection: 'users', id: next.claims.id as number },
      { all: true },
    )
    expect(sessions.find(({ id }) => id === next.claims.sid)).toMatchObject({
      endReason: 'logout',
    })
    await app.close()
  })

  it('that cannot be recorded answers 503, and the token goes on', async () => {
    const app = await createApp(database())
    const session = await login(app)
    const mend = breakWrites(app.payload)
    const answer = await revoke(app, session.token)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
    mend()
    expect(await isAccepted(app, session)).toBe(true)
    expect(await revoke(app, session.token)).toMatchObject(DONE)
    expect(await isAccepted(app, session)).toBe(false)
    await app.close()
  })
})

describe('revoking', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ plugin: { services: [SERVICE] } })
  })
  afterAll(() => app.close())

  const rows = async () => (await app.payload.count({ collection: 'revocations' })).totalDocs

  it('needs no client, and names the service that showed its credentials', async () => {
    const session = await login(app)
    expect(await revoke(app, session.token, { headers: basic() })).toMatchObject(DONE)
    const found = await revocations(app.payload).explain({ token: session.token })
    expect(found.map(({ actor }) => actor)).toEqual([
      `service/${SERVICE.id}`,
      `service/${SERVICE.id}`,
    ])
    const other = await login(app)
    expect(await revoke(app, other.token, { client_id: 'a-public-client' })).toMatchObject(DONE)
    expect(await isAccepted(app, other)).toBe(false)
  })

  it('refuses credentials that are shown and not right, and ends nothing', async () => {
    const session = await login(app)
    const wrong = [
      { headers: basic({ id: SERVICE.id, secret: 'wrong' }) },
      { headers: session.bearer },
      { headers: session.jwt },
      { client_id: SERVICE.id, client_secret: 'wrong' },
      { client_id: SERVICE.id, client_secret: '' },
    ]
    for (const shown of wrong) expect((await revoke(app, session.token, shown)).status).toBe(401)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('answers the same about every text, and records nothing for one that is no good token', async () => {
    const session = await login(app)
    const { claims } = session
    const ended = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
    const past = Math.floor(Date.now() / 1_000) - 60
    const before = await rows()
    const texts = [
      'nonsense',
      signToken(claims, { secret: 'another-secret' }),
      signToken(claims, { header: { alg: 'none' } }),
      `${session.token.slice(0, -2)}AA`,
      signToken({ ...claims, exp: past }),
      ended.token,
    ]
    for (const text of texts) expect(await revoke(app, text)).toMatchObject(DONE)
    expect(await rows()).toBe(before)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('ends a token that another plugin signed without Payload’s version', async () => {
    const { claims } = await login(app)
    const text = signToken(claims, { header: { authVersion: undefined } })
    expect(await revoke(app, text)).toMatchObject(DONE)
    expect(await revocations(app.payload).explain({ token: text })).toHaveLength(2)
  })

  it('needs a token, and takes any hint', async () => {
    expect((await revoke(app, '')).status).toBe(400)
    const session = await login(app)
    const hint = { token_type_hint: 'refresh_token' }
    expect(await revoke(app, session.token, hint)).toMatchObject(DONE)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('looks at no cookie: it ends the token in the form, and a revoked cookie is no hindrance', async () => {
    const [shown, beside, ended] = [await login(app), await login(app), await login(app)]
    await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
    expect(await revoke(app, shown.token, { headers: beside.byCookie })).toMatchObject(DONE)
    expect(await isAccepted(app, shown)).toBe(false)
    expect(await isAccepted(app, beside)).toBe(true)
    const besideDead = await revoke(app, beside.token, { headers: ended.byCookie })
    expect(besideDead).toMatchObject(DONE)
    expect(besideDead.headers.get('Set-Cookie')).toBeNull()
    expect(await isAccepted(app, beside)).toBe(false)
  })

  it('exists for POST only', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await app.request(PATHS.revoke, { method })).status).toBe(404)
    }
  })
})
