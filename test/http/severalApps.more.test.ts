import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { readToken } from '../../src/core/token.js'
import { httpFeed } from '../../src/http/index.js'
import { revocations } from '../../src/index.js'
import { type AppProcess, startAppProcess } from '../support/appProcess.js'
import { type App, createApp } from '../support/createApp.js'
import { eventually } from '../support/eventually.js'
import { type Forwarder, startForwarder } from '../support/forwarder.js'
import { freePort } from '../support/freePort.js'
import { login } from '../support/login.js'
import { READER } from '../support/servedApp.js'

const PLUGIN = { services: [READER], pollInterval: 0.2 }

describe('a reader in front of two processes of an app', () => {
  let app: App
  let one: AppProcess
  let other: AppProcess
  let balancer: Forwarder
  let reader: ReturnType<typeof createDenylist>
  const start = () => startAppProcess({ database: app.database, plugin: PLUGIN })
  const portOf = ({ origin }: AppProcess) => Number(new URL(origin).port)

  beforeAll(async () => {
    app = await createApp({ plugin: PLUGIN })
    ;[one, other] = await Promise.all([start(), start()])
    balancer = await startForwarder(portOf(one))
    const url = `http://127.0.0.1:${balancer.port}/api/revocation/feed`
    const feed = httpFeed({ url, ...READER, wait: 0.5 })
    reader = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 2_000 })
  })
  afterAll(async () => {
    await reader?.close()
    await balancer?.stop()
    await Promise.all([one?.child.stop(), other?.child.stop()])
    await app?.close()
  })

  const status = async (text: string) => {
    const token = readToken(text)
    return token && (await reader.judge(token)).status
  }
  const becomes = (text: string, expected: string) =>
    eventually(async () => expect(await status(text)).toBe(expected))
  const logOut = async (by: AppProcess, headers: HeadersInit) => {
    const { status } = await by.request('/api/users/logout', { method: 'POST', headers })
    expect(status).toBe(200)
  }

  it('learns what either of them revokes', async () => {
    const [here, there, stays] = await Promise.all([login(app), login(app), login(app)])
    await becomes(here.token, 'valid')
    await logOut(one, here.bearer)
    await logOut(other, there.bearer)
    await becomes(here.token, 'revoked')
    await becomes(there.token, 'revoked')
    await becomes(stays.token, 'valid')
  })

  it('goes on when its process is killed and the next request leads to the other', async () => {
    const before = await login(app)
    const meanwhile = await login(app)
    await logOut(one, before.bearer)
    await becomes(before.token, 'revoked')
    await one.child.kill('SIGKILL')
    await becomes(meanwhile.token, 'unknown')
    await logOut(other, meanwhile.bearer)
    balancer.leadTo(portOf(other))
    await becomes(meanwhile.token, 'revoked')
    expect(await status(before.token)).toBe('revoked')
    const fresh = await login(app)
    await becomes(fresh.token, 'valid')
  })

  it('goes on with a process that was started again', async () => {
    one = await start()
    balancer.leadTo(portOf(one))
    await other.child.kill('SIGKILL')
    const session = await login(app)
    await becomes(session.token, 'valid')
    await revocations(app.payload).revoke({ session: String(session.claims.sid) })
    await becomes(session.token, 'revoked')
  })
})

describe('two processes of one app that follow each other', () => {
  /** The ledger is read so rarely that only the feed can be this fast. */
  const plugin = { services: [READER], pollInterval: 900, maxStaleness: 1_800 }
  let app: App
  let one: AppProcess
  let other: AppProcess
  let toOne: Forwarder
  let toOther: Forwarder
  const start = ({ port }: Forwarder) => {
    const follows = `http://127.0.0.1:${port}/api/revocation/feed`
    return startAppProcess({ database: app.database, plugin, follows })
  }
  const portOf = ({ origin }: AppProcess) => Number(new URL(origin).port)

  beforeAll(async () => {
    app = await createApp({ plugin })
    const nowhere = await freePort()
    ;[toOne, toOther] = await Promise.all([startForwarder(nowhere), startForwarder(nowhere)])
    ;[one, other] = await Promise.all([start(toOther), start(toOne)])
    toOne.leadTo(portOf(one))
    toOther.leadTo(portOf(other))
  })
  afterAll(async () => {
    await Promise.all([one?.child.stop(), other?.child.stop()])
    await Promise.all([toOne?.stop(), toOther?.stop()])
    await app?.close()
  })

  const isKnownTo = async (by: AppProcess, headers: HeadersInit) => {
    const answer = await by.request('/api/users/me', { headers })
    return answer.status
  }
  const becomes = (by: AppProcess, headers: HeadersInit, expected: number) =>
    eventually(async () => expect(await isKnownTo(by, headers)).toBe(expected))
  const logOut = async (by: AppProcess, headers: HeadersInit) => {
    const { status } = await by.request('/api/users/logout', { method: 'POST', headers })
    expect(status).toBe(200)
  }
  const eachHearsTheOther = async () => {
    const [here, there, stays] = await Promise.all([login(app), login(app), login(app)])
    await Promise.all([becomes(other, here.bearer, 200), becomes(one, there.bearer, 200)])
    await logOut(one, here.bearer)
    await logOut(other, there.bearer)
    await Promise.all([becomes(other, here.bearer, 401), becomes(one, there.bearer, 401)])
    for (const each of [one, other]) await becomes(each, stays.bearer, 200)
  }

  it('each hears at once what the other revokes', eachHearsTheOther)

  it('one goes on without the other, which knows everything when it is back', async () => {
    const [before, meanwhile, stays] = await Promise.all([login(app), login(app), login(app)])
    await becomes(one, before.bearer, 200)
    await logOut(one, before.bearer)
    await becomes(other, before.bearer, 401)
    await one.child.kill('SIGKILL')
    await becomes(other, stays.bearer, 200)
    expect(await isKnownTo(other, before.bearer)).toBe(401)
    await logOut(other, meanwhile.bearer)
    one = await start(toOther)
    toOne.leadTo(portOf(one))
    for (const { bearer } of [before, meanwhile]) expect(await isKnownTo(one, bearer)).toBe(401)
    await becomes(one, stays.bearer, 200)
    await eachHearsTheOther()
  })
})
