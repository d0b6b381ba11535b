import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Child, startChild } from '../support/childProcess.js'
import { type Login, login } from '../support/login.js'
import { environmentOf, type NextApp, startApp } from '../support/nextApp.js'
import { newAdministrator, type Person } from '../support/people.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { MAX_STALENESS_MS } from '../support/refusedWithin.js'
import { isClearing } from '../support/surfaces.js'
import { until } from '../support/until.js'

/** More than the app's `pollInterval`. */
const STALENESS_OF_GUARD_MS = 5_000

describe('a process without Payload that guards over Redis', () => {
  let redis: RedisServer
  let app: NextApp
  let person: Person
  let guarded: { child: Child; origin: string }
  let revokedBefore: Login

  beforeAll(async () => {
    redis = await startRedis()
    app = await startApp({ redisUrl: redis.url })
    person = await newAdministrator(app)
    revokedBefore = await login(app, person)
    await logOut(revokedBefore)
    guarded = await startGuardedServer()
  })
  afterAll(async () => {
    await Promise.all([guarded?.child.stop(), app?.stop()])
    await redis?.stop()
  })

  const logOut = (session: Login) =>
    app.request('/api/users/logout', { method: 'POST', headers: session.bearer })

  const startGuardedServer = async () => {
    const child = startChild({
      args: ['test/matrix/app/guardServer.mjs'],
      env: {
        ...environmentOf({ database: app.database, redisUrl: redis.url }),
        MAX_STALENESS: String(STALENESS_OF_GUARD_MS / 1_000),
      },
    })
    const origin = await until('the guarded server listens', () => {
      if (child.hasEnded) throw new Error(child.lastOutput())
      return /http:\S+/.exec(child.lastOutput())?.[0]
    })
    return { child, origin }
  }

  const ask = (path: string, headers: HeadersInit = {}) =>
    fetch(guarded.origin + path, { headers, redirect: 'manual' })

  const refused = (session: Login) =>
    until(
      'the guard refuses',
      async () => {
        const answer = await ask('/api/orders', session.bearer)
        return answer.status !== 200 && answer
      },
      { withinMs: MAX_STALENESS_MS },
    )

  it('refuses at its first request what was revoked before it started', async () => {
    const answer = await ask('/api/orders', revokedBefore.bearer)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
  })

  it('lets a living token and requests without a token pass', async () => {
    const session = await login(app, person)
    expect(await (await ask('/api/orders', session.bearer)).text()).toBe('hello')
    expect(await (await ask('/')).text()).toBe('hello')
  })

  it('refuses a token that the app logs out, on an API path and on a page', async () => {
    const session = await login(app, person)
    expect((await ask('/api/orders', session.bearer)).status).toBe(200)
    await logOut(session)
    expect((await refused(session)).status).toBe(401)

    expect((await ask('/orders', session.byCookie)).status).toBe(401)
    const page = await ask('/orders', { ...session.byCookie, Accept: 'text/html' })
    expect(page.status).toBe(307)
    const location = new URL(page.headers.get('Location') ?? '', guarded.origin)
    expect(location.pathname + location.search).toBe('/login?redirect=%2Forders')
    expect(page.headers.getSetCookie().some(isClearing)).toBe(true)
  })

  it('refuses the other session when the password is changed, but not the current one', async () => {
    const other = await login(app, person)
    const own = await login(app, person)
    expect((await ask('/api/orders', other.bearer)).status).toBe(200)
    const changed = await app.request(`/api/users/${person.id}`, {
      method: 'PATCH',
      body: { password: person.password },
      headers: own.bearer,
    })
    expect(changed.status).toBe(200)
    expect((await refused(other)).status).toBe(401)
    expect((await ask('/api/orders', own.bearer)).status).toBe(200)
  })

  it('answers 503, and accepts nothing, when Redis has been away for too long', async () => {
    const session = await login(app, person)
    expect((await ask('/api/orders', session.bearer)).status).toBe(200)
    await redis.kill('SIGSTOP')
    try {
      const answer = await refused(session)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('Retry-After')).toBe('1')
      const known = await ask('/api/orders', revokedBefore.bearer)
      expect(known.status).toBe(401)
    } finally {
      await redis.kill('SIGCONT')
    }
    await until('the guard vouches again', async () => {
      const answer = await ask('/api/orders', session.bearer)
      return answer.status === 200
    })
  })
})
