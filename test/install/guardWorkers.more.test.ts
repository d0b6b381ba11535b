import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../src/index.js'
import { type HoldingProxy, startHoldingProxy } from '../support/holdingProxy.js'
import { login } from '../support/login.js'
import { APP_SECRET } from '../support/nextApp.js'
import { freshToken, startPublishingApp } from '../support/publishingApp.js'
import { sampleRevocation } from '../support/samples.js'
import { createServedApp, READER } from '../support/servedApp.js'
import { until } from '../support/until.js'
import { createAdapterFolder, namedSnippets } from './adapterFolder.js'
import { startWorker } from './workerd.js'

const FEED_PATH = '/api/revocation/feed'

/** What the guard is in front of, and the worker's way to its news. */
interface World {
  /** How long an answer of the source may count, in milliseconds. */
  countsForMs: number
  /** A token that is good until it is ended. */
  issue(): Promise<{ token: string; end(): Promise<unknown> }>
  lose(): Promise<unknown>
  resume(): Promise<unknown>
  stop(): Promise<unknown>
  worker: { name: string; env: Record<string, string>; isNode: boolean }
}

const guarding = namedSnippets().find(({ name }) => name === 'guarding.ts')?.code ?? ''
const guardWith = (changes: readonly (readonly [string, string])[]) =>
  changes.reduce((code, [from, to]) => {
    if (!code.includes(from)) throw new Error(`The guard of docs/verify.md has no ${from}`)
    return code.replace(from, to)
  }, guarding)

const SNIPPETS = [
  {
    name: 'guarding.ts',
    code: guardWith([
      ["id: 'orders'", `id: '${READER.id}'`],
      ['maxStaleness: 5', 'maxStaleness: 2, restAfter: 1'],
    ]),
  },
  {
    name: 'lookingGuard.ts',
    code: guardWith([
      ['httpFeed }', 'redisFeed }'],
      ['payload-jwt-revocation/http', 'payload-jwt-revocation/redis'],
      ['FEED: url, ORDERS_SECRET: secret', 'REDIS_URL: url'],
      ["httpFeed({ url, id: 'orders', secret })", 'redisFeed({ url, keepConnection: false })'],
      ['maxStaleness: 5', 'strict: true'],
    ]),
  },
]

async function overHttp() {
  const app = await createServedApp()
  const calls = revocations(app.payload)
  return {
    countsForMs: 2_000,
    async issue() {
      const { token, claims } = await login(app)
      const session = String(claims.sid)
      return {
        token,
        end: () => calls.revoke({ session }),
        lift: () => calls.lift({ session }),
      }
    },
    lose: app.stop,
    resume: app.start,
    stop: app.close,
    worker: {
      name: 'guarding',
      env: { FEED: app.url, ORDERS_SECRET: READER.secret, PAYLOAD_SECRET: APP_SECRET },
      isNode: false,
    },
  } satisfies World
}

async function overRedis(): Promise<World> {
  const app = await startPublishingApp()
  return {
    countsForMs: 500,
    async issue() {
      const jti = crypto.randomUUID()
      return { token: freshToken({ jti }), end: () => app.revoke(sampleRevocation(`jti:${jti}`)) }
    },
    // It comes back empty.
    lose: () => app.redis.kill('SIGKILL'),
    resume: () => app.redis.restart(),
    stop: app.stop,
    worker: {
      name: 'lookingGuard',
      env: { REDIS_URL: app.redis.url, PAYLOAD_SECRET: APP_SECRET },
      isNode: true,
    },
  }
}

let folder: Awaited<ReturnType<typeof createAdapterFolder>>
beforeAll(async () => {
  folder = await createAdapterFolder(SNIPPETS)
})
afterAll(() => folder?.remove())

/** A worker in front of such a world, for the tests of a `describe`. */
function workerIn<Own extends World>(make: () => Promise<Own>) {
  let world: Own
  let worker: Awaited<ReturnType<typeof startWorker>>
  beforeAll(async () => {
    world = await make()
    worker = await startWorker({ ...folder, ...world.worker })
  })
  afterAll(async () => {
    await worker?.stop()
    await world?.stop()
  })
  const ask = (token?: string, path = '/account', headers: Record<string, string> = {}) =>
    fetch(worker.origin + path, {
      redirect: 'manual',
      headers: { ...headers, ...(token && { Cookie: `payload-token=${token}` }) },
    })
  const status = async (token?: string, path?: string) => (await ask(token, path)).status
  return {
    ask,
    status,
    /** A look-up that took too long is asked again. */
    verdict: (token: string) =>
      until('it judges', async () => {
        const answer = await status(token)
        return answer === 503 ? undefined : answer
      }),
    becomes: (token: string, expected: number) =>
      until(`it answers ${expected}`, async () => (await status(token)) === expected),
    world: () => world,
    origin: () => worker.origin,
  }
}

function judges(make: () => Promise<World>) {
  const { ask, becomes, origin, status, verdict, world } = workerIn(make)

  it('leads a page with a dead token to the login page, and answers scripts with 401', async () => {
    const { token, end } = await world().issue()
    expect(await status()).toBe(200)
    expect(await verdict(token)).toBe(200)
    await end()
    await becomes(token, 401)
    const page = await ask(token, '/account', { Accept: 'text/html' })
    expect(page.status).toBe(307)
    expect(page.headers.get('Location')).toBe(`${origin()}/login?redirect=%2Faccount`)
    expect(page.headers.get('Set-Cookie')).toMatch(/^payload-token=;/)
    expect(await status(token, '/api/users/me')).toBe(401)
    expect(await status(token, '/login')).toBe(200)
    expect(await status()).toBe(200)
  })

  it('judges many at once', async () => {
    const [good, dead] = [await world().issue(), await world().issue()]
    await dead.end()
    await becomes(dead.token, 401)
    const all = Array.from({ length: 40 }, (_, i) => verdict(i % 2 ? dead.token : good.token))
    expect(await Promise.all(all)).toEqual(all.map((_, i) => (i % 2 ? 401 : 200)))
  })

  it('goes on for longer than an answer counts, quiet or busy, and refuses in time', async () => {
    const { countsForMs, issue } = world()
    const good = await issue()
    for (const pauseMs of [1.2 * countsForMs, 20]) {
      const dead = await issue()
      expect(await verdict(dead.token)).toBe(200)
      await dead.end()
      const endedAt = performance.now()
      while (performance.now() - endedAt < countsForMs) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        expect(await verdict(good.token)).toBe(200)
      }
      expect(await verdict(dead.token)).toBe(401)
    }
  })

  it('judges nothing while its source is lost, and judges again when it is back', async () => {
    const { issue, lose, resume } = world()
    const [good, dead, meanwhile] = [await issue(), await issue(), await issue()]
    await dead.end()
    await becomes(dead.token, 401)
    await lose()
    await becomes(good.token, 503)
    expect([401, 503]).toContain(await status(dead.token))
    await meanwhile.end()
    await resume()
    await becomes(good.token, 200)
    expect(await verdict(dead.token)).toBe(401)
    await becomes(meanwhile.token, 401)
  })
}

describe('the guard in a worker that follows over HTTP', () => {
  judges(overHttp)

  const { becomes, status, world } = workerIn(overHttp)

  it('hears that a revocation was lifted, although nobody asks but its token', async () => {
    const { token, end, lift } = await world().issue()
    await end()
    await becomes(token, 401)
    await lift()
    await becomes(token, 200)
    expect(await status(token)).toBe(200)
  })
})

describe('the guard in a worker whose answers are held on their way', () => {
  let proxy: HoldingProxy
  let letting: NodeJS.Timeout
  const { becomes, origin, world } = workerIn(async () => {
    const app = await overHttp()
    proxy = await startHoldingProxy(new URL(app.worker.env.FEED).origin)
    const FEED = `${proxy.origin}${FEED_PATH}?late=answer`
    const stop = async () => {
      clearInterval(letting)
      await proxy.stop()
      await app.stop()
    }
    return { ...app, stop, worker: { ...app.worker, env: { ...app.worker.env, FEED } } }
  })
  const letGo = () => {
    letting = setInterval(() => proxy.letGo(), 20)
  }

  it('goes on when the request that asked for news is given up', async () => {
    const { token } = await world().issue()
    letGo()
    await becomes(token, 200)
    clearInterval(letting)
    await new Promise((resolve) => setTimeout(resolve, 1.2 * world().countsForMs))
    const givingUp = new AbortController()
    const headers = { Cookie: `payload-token=${token}` }
    const givenUp = fetch(origin(), { headers, signal: givingUp.signal })
    await proxy.untilHeld(1)
    givingUp.abort()
    await expect(givenUp).rejects.toThrow()
    letGo()
    await becomes(token, 200)
  })
})

describe('the guard in a worker that looks every token up in Redis', () => judges(overRedis))
