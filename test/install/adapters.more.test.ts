import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Child, startChild } from '../support/childProcess.js'
import { APP_SECRET } from '../support/nextApp.js'
import { freshToken, type PublishingApp, startPublishingApp } from '../support/publishingApp.js'
import { sampleRevocation } from '../support/samples.js'
import { until } from '../support/until.js'
import { createAdapterFolder, namedSnippets } from './adapterFolder.js'

const ADAPTERS = ['express', 'fastify', 'hono', 'koa', 'nest', 'trpc']
const SOCKETS = 'sockets'

let app: PublishingApp
let folder: Awaited<ReturnType<typeof createAdapterFolder>>
let child: Child
let origins: Record<string, string>

beforeAll(async () => {
  const names = ['verify', ...ADAPTERS, SOCKETS].map((name) => `${name}.ts`)
  folder = await createAdapterFolder(namedSnippets().filter(({ name }) => names.includes(name)))
  folder.copy('test/install/adapters/serve.ts')
  folder.copy('test/support/serveFetch.ts')
  app = await startPublishingApp()
  await app.revoke(sampleRevocation('jti:revoked'))
  child = startChild({
    args: ['--import', 'tsx', 'serve.ts'],
    cwd: folder.folder,
    env: { ...process.env, PAYLOAD_SECRET: APP_SECRET, REDIS_URL: app.redis.url, PORT: '0' },
  })
  origins = await until('the servers listen', () => {
    if (child.hasEnded) throw new Error(child.lastOutput())
    const line = /^\{.*\}$/m.exec(child.lastOutput())?.[0]
    return line !== undefined && (JSON.parse(line) as Record<string, string>)
  })
})
afterAll(async () => {
  await child?.stop()
  await app?.stop()
  await folder?.remove()
})

const ask = (name: string, token?: string) =>
  fetch(origins[name] ?? '', { headers: token ? { Authorization: `Bearer ${token}` } : {} })

/** tRPC puts every answer into an envelope. */
const claimsIn = async (answer: Response) => {
  const body = (await answer.json()) as { result?: { data: unknown } }
  return body.result?.data ?? body
}

describe('the adapters of docs/verify.md', () => {
  it('compile, against the types of each framework', async () => {
    await expect(folder.compile()).resolves.toBeDefined()
  })

  it.each([...ADAPTERS, SOCKETS])('take ten lines or fewer, besides imports: %s', (name) => {
    const { code = '' } = namedSnippets().find((each) => each.name === `${name}.ts`) ?? {}
    const lines = code.split('\n').filter((line) => line !== '' && !/^(?:\/\/|import )/.test(line))
    expect(lines.length).toBeGreaterThan(4)
    expect(lines.length).toBeLessThanOrEqual(10)
  })

  it.each(ADAPTERS)('serve a good token and refuse any other: %s', async (name) => {
    const good = await ask(name, freshToken({ id: 7 }))
    expect(good.status).toBe(200)
    expect(await claimsIn(good)).toMatchObject({ id: 7, collection: 'users' })
    const none = await ask(name)
    expect(none.status).toBe(401)
    expect(none.headers.get('WWW-Authenticate')).toBe('Bearer')
    const refused = [freshToken({ jti: 'revoked' }), freshToken({}, { secret: 'another' }), 'a.b.c']
    for (const token of refused) {
      const answer = await ask(name, token)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
      expect(answer.headers.get('Cache-Control')).toContain('no-store')
    }
  })

  it.each(ADAPTERS)('refuse what another process revokes now: %s', async (name) => {
    const jti = `soon-${name}`
    const token = freshToken({ jti })
    expect((await ask(name, token)).status).toBe(200)
    await app.revoke(sampleRevocation(`jti:${jti}`))
    await until('it is refused', async () => (await ask(name, token)).status === 401)
  })

  it.each(['express', 'fastify', 'hono', 'koa'])('exempt no path: %s', async (name) => {
    const headers = { Cookie: `payload-token=${freshToken({ jti: 'revoked' })}` }
    for (const path of ['/admin', '/login', '/api/orders/login']) {
      const answer = await fetch(origins[name] + path, { method: 'POST', headers })
      expect(answer.status).toBe(401)
    }
  })
})

describe('a WebSocket', () => {
  /** How it ended: `open`, the status of a refusal, or the code of its end. */
  const connect = (token: string) => {
    const ended: (number | 'open')[] = []
    const socket = new WebSocket((origins[SOCKETS] ?? '').replace('http', 'ws'), {
      headers: { Authorization: `Bearer ${token}` },
    })
    socket.on('open', () => ended.push('open'))
    socket.on('unexpected-response', (_, answer) => ended.push(answer.statusCode ?? 0))
    socket.on('close', (code) => ended.push(code))
    socket.on('error', () => {})
    return ended
  }

  it('opens with a good token, and ends with it', async () => {
    const ended = connect(freshToken({ sid: 'of-the-socket' }))
    await until('it is open', () => ended.length > 0)
    expect(ended).toEqual(['open'])
    await app.revoke(sampleRevocation('sid:of-the-socket'))
    await until('it is closed', () => ended.length > 1)
    expect(ended).toEqual(['open', 4401])
  })

  it('does not open with a revoked one', async () => {
    const ended = connect(freshToken({ jti: 'revoked' }))
    await until('it is refused', () => ended.length > 0)
    expect(ended[0]).toBe(401)
  })
})

describe('the adapters without Redis', () => {
  it('answer 503 with `Retry-After`', async () => {
    await app.redis.kill('SIGSTOP')
    try {
      const token = freshToken()
      for (const name of ADAPTERS) {
        const answer = await until('it is too stale', async () => {
          const given = await ask(name, token)
          return given.status !== 200 && given
        })
        expect(`${name} ${answer.status}`).toBe(`${name} 503`)
        expect(answer.headers.get('Retry-After')).toBe('1')
      }
    } finally {
      await app.redis.kill('SIGCONT')
    }
  })
})
