import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { onTokenRevoked, revocations, type TokenEnd } from '../../../src/index.js'
import { createGuard, type Guard } from '../../../src/next/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { readEvents } from '../../support/events.js'
import { type Login, login } from '../../support/login.js'
import { signToken } from '../../support/signToken.js'

type Watch = (headers: IncomingHttpHeaders, onEnd: (end: TokenEnd) => void) => () => void

/** A WebSocket server as in the docs: it authenticates at the upgrade, then stays open. */
async function serveSockets(app: App, watch: Watch) {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', async (request, connection, head) => {
    const headers = new Headers({ cookie: request.headers.cookie ?? '' })
    const { user } = await app.payload.auth({ headers })
    if (!user) return connection.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    sockets.handleUpgrade(request, connection, head, (socket) => {
      const cancel = watch(request.headers, ({ reason = 'ended' }) => socket.close(4401, reason))
      socket.once('close', cancel)
    })
  })
  return listening(server)
}

async function listening(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return (server.address() as AddressInfo).port
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function openSocket(port: number, { byCookie }: Pick<Login, 'byCookie'>) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: byCookie })
  const closed = new Promise<string>((resolve) => {
    socket.once('close', (code, reason) => resolve(`${code} ${reason}`))
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { closed, socket }
}

describe('a socket of the application', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  const logOut = (session: Login) =>
    app.request('/api/users/logout', { method: 'POST', headers: session.jwt })

  const watches: [string, () => Watch][] = [
    ['onTokenRevoked', () => (headers, onEnd) => onTokenRevoked(app.payload, headers, onEnd)],
    ['the guard', () => createGuard().onTokenRevoked satisfies Guard['onTokenRevoked']],
  ]

  it('outlives the logout when nothing watches its token', async () => {
    const session = await login(app)
    const port = await serveSockets(app, () => () => {})
    const { closed, socket } = await openSocket(port, session)
    await logOut(session)
    await expect(openSocket(port, session)).rejects.toThrow('401')
    expect(socket.readyState).toBe(WebSocket.OPEN)
    socket.close(1000)
    expect(await closed).toMatch(/^1000/)
  })

  for (const [name, watchWith] of watches) {
    it(`is closed by ${name} when the token is revoked, and others stay open`, async () => {
      const [session, other] = [await login(app), await login(app)]
      const port = await serveSockets(app, watchWith())
      const { closed } = await openSocket(port, session)
      const { socket } = await openSocket(port, other)
      await logOut(session)
      expect(await closed).toBe('4401 logout')
      expect(socket.readyState).toBe(WebSocket.OPEN)
    })

    it(`is closed by ${name} when the token expires`, async () => {
      const { claims } = await login(app)
      const exp = Math.floor(Date.now() / 1000) + 2
      const byCookie = { Cookie: `payload-token=${signToken({ ...claims, exp })}` }
      const { closed } = await openSocket(await serveSockets(app, watchWith()), { byCookie })
      expect(await closed).toBe('4401 ended')
    })

    it(`needs a token to watch with ${name}`, () => {
      expect(() => watchWith()({}, () => {})).toThrow(/token-not-ours/)
    })
  }

  it('an event stream of the application ends with the token of its Request', async () => {
    const session = await login(app)
    const request = new Request('http://127.0.0.1:3000/news', { headers: session.bearer })
    const { readable, writable } = new TransformStream<Uint8Array>()
    const writer = writable.getWriter()
    const cancel = onTokenRevoked(app.payload, request.headers, () => void writer.close())
    request.signal.addEventListener('abort', cancel)
    void writer.write(new TextEncoder().encode('event: news\ndata: 1\n\n'))
    const events = readEvents(new Response(readable))
    expect(await events.next()).toEqual({ event: 'news', data: 1 })
    await logOut(session)
    expect(await events.next()).toBeUndefined()
  })

  it('is called at once for a token that was revoked before it was watched', async () => {
    const session = await login(app)
    await logOut(session)
    const end = await new Promise((resolve) => onTokenRevoked(app.payload, session.token, resolve))
    expect(end).toEqual({ status: 'revoked', scope: 'session' })
  })

  it('is not called once it was cancelled', async () => {
    const session = await login(app)
    const ends: TokenEnd[] = []
    onTokenRevoked(app.payload, session.token, (end) => ends.push(end))()
    const witness = new Promise((resolve) => onTokenRevoked(app.payload, session.token, resolve))
    await revocations(app.payload).revoke({ token: session.token })
    await witness
    expect(ends).toEqual([])
  })

  it('cannot watch a token that Payload did not sign', async () => {
    const { claims } = await login(app)
    const forged = signToken(claims, { secret: 'another' })
    expect(() => onTokenRevoked(app.payload, forged, () => {})).toThrow(/token-not-ours/)
  })
})

it('a guard without a source refuses to watch', () => {
  const guard = createGuard()
  const watch = () => guard.onTokenRevoked({ authorization: 'JWT a.e30.b' }, () => {})
  expect(watch).toThrow(/not-started/)
})
