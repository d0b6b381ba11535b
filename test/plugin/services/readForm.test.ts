import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readForm } from '../../../src/plugin/services/readForm.js'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { basic, PATHS, SERVICE, sendForm } from '../../support/oauth.js'

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

describe('the body of a question', () => {
  let app: App
  let session: Login
  beforeAll(async () => {
    app = await createApp({ plugin: { services: [SERVICE] } })
    session = await login(app)
  })
  afterAll(() => app.close())

  const statusOf = async (body: ConstructorParameters<typeof URLSearchParams>[0]) =>
    (await sendForm(app, PATHS.introspect, { body })).status

  it('holds each parameter once', async () => {
    const { token } = session
    expect(await statusOf([['token', token]])).toBe(200)
    const second: [name: string, value: string][] = [
      ['token', token],
      ['token', 'other'],
    ]
    expect(await statusOf(second)).toBe(400)
    expect(
      await statusOf([
        ['token', token],
        ['x', '1'],
        ['x', '1'],
      ]),
    ).toBe(400)
  })

  it('names a token, which is not in the address', async () => {
    expect(await statusOf({})).toBe(400)
    expect(await statusOf({ token: '' })).toBe(400)
    const path = `${PATHS.introspect}?token=${session.token}`
    expect((await sendForm(app, path, { body: {} })).status).toBe(400)
  })

  it('may hint at the kind of the token, rightly or not', async () => {
    for (const token_type_hint of ['access_token', 'refresh_token', 'nonsense']) {
      const answer = await sendForm(app, PATHS.introspect, {
        body: { token: session.token, token_type_hint },
      })
      expect(await answer.json()).toMatchObject({ active: true })
    }
  })

  it('is a form, and nothing else', async () => {
    const asJson = await app.request(PATHS.introspect, {
      body: { token: session.token },
      headers: basic(),
    })
    expect(asJson.status).toBe(415)
    const withoutType = new Request(`http://127.0.0.1:3000${PATHS.introspect}`, {
      method: 'POST',
      headers: basic(),
    })
    expect((await app.send(withoutType)).status).toBe(415)
  })

  it('is at most 16 KiB long', async () => {
    const rest = 'x'.repeat(16 * 1024 - 'token=x&rest='.length)
    expect(await statusOf({ token: 'x', rest })).toBe(200)
    expect(await statusOf({ token: 'x', rest: `${rest}x` })).toBe(413)
  })
})

/** A body that comes in pieces, and tells how many were taken. */
function bodyOf(pieces: number, piece: Uint8Array<ArrayBuffer>) {
  const state = { taken: 0, isCancelled: false }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (state.taken === pieces) return new Promise(() => {})
        state.taken += 1
        controller.enqueue(piece)
        return undefined
      },
      cancel() {
        state.isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { state, body }
}

describe('a body that never ends', () => {
  afterEach(() => void vi.useRealTimers())

  it('is read up to the limit only', async () => {
    const { state, body } = bodyOf(1_000_000, new Uint8Array(4_096).fill(120))
    await expect(readForm({ body, headers: new Headers(FORM) })).rejects.toMatchObject({
      status: 413,
    })
    expect(state.taken).toBe(5)
    expect(state.isCancelled).toBe(true)
  })

  it('is given up after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { state, body } = bodyOf(1, new TextEncoder().encode('token='))
    const reading = readForm({ body, headers: new Headers(FORM) })
    const outcome = expect(reading).rejects.toMatchObject({ status: 408, code: 'invalid_request' })
    await vi.advanceTimersByTimeAsync(9_999)
    expect(state.taken).toBe(1)
    await vi.advanceTimersByTimeAsync(2)
    await outcome
    expect(state.isCancelled).toBe(true)
  })
})
