import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist, type DenylistOptions } from '../../src/core/denylist.js'
import { openConnection } from '../../src/redis/connection.js'
import { readEpoch } from '../../src/redis/epoch.js'
import { redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { type Forwarder, startForwarder } from '../support/forwarder.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

/** A server waits 5 s for more replicas before it sends its content to one. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0']

let first: RedisServer
let second: RedisServer
let forwarder: Forwarder
const closing: { close(): Promise<void> | void }[] = []
beforeEach(async () => {
  ;[first, second] = await Promise.all([startRedis(AT_ONCE), startRedis(AT_ONCE)])
  forwarder = await startForwarder(first.port)
  await follows(second, first)
})
afterEach(async () => {
  await Promise.all(closing.splice(0).map((each) => each.close()))
  await forwarder.stop()
  await Promise.all([first.stop(), second.stop()])
})

/** Makes one server the replica of another and waits until it has its content. */
async function follows(replica: RedisServer, master: RedisServer) {
  await replica.client.replicaof('127.0.0.1', master.port)
  await eventually(async () =>
    expect(await replica.client.info('replication')).toContain('master_link_status:up'),
  )
}

/** As a managed service does it: the roles are swapped, and the address leads to the new master. */
async function failOver() {
  await second.client.call('replicaof', 'no', 'one')
  forwarder.leadTo(second.port)
  await follows(first, second)
}

const open = (options: Partial<DenylistOptions> = {}) => {
  const denylist = createDenylist({
    ...{ feed: redisFeed({ url: forwarder.url }), maxTokenLifetimeMs: 7_200_000 },
    ...{ maxStalenessMs: 10_000, pollIntervalMs: 200, ...options },
  })
  closing.push(denylist)
  return denylist
}

const [T, LATER] = [sampleToken({ id: 'T' }), sampleToken({ id: 'later' })]

describe('a failover that leaves old connections open to the demoted server', () => {
  it('is healed by an app that publishes and by a guard that reads', async () => {
    const [app, guard] = [open({ ledger: memoryLedger() }), open()]
    await app.judge(T)
    await eventually(async () => expect((await guard.judge(T)).status).toBe('valid'))
    await failOver()
    const failedOverAt = performance.now()
    await app.revoke([sampleRevocation('jti:T')])
    await eventually(async () => expect(await second.client.exists('revocation:jti:T')).toBe(1))
    await eventually(() => expect(app.state.backlog).toBe(0))
    await eventually(async () => expect((await guard.judge(T)).status).toBe('revoked'))
    // It knows that it is complete from a heartbeat after the failover.
    await eventually(() =>
      expect(guard.state.stalenessMs).toBeLessThan(performance.now() - failedOverAt),
    )
    expect((await guard.judge(LATER)).status).toBe('valid')
    await eventually(() =>
      expect([app, guard].map((each) => each.state.isFeedWell)).toEqual([true, true]),
    )
  })

  it('is noticed by a process that only reads, over an idle connection', async () => {
    const reading = openConnection({ url: forwarder.url })
    closing.push(reading)
    const serverOf = async () => (await reading.run((client) => readEpoch(client, 'epoch'))).runId
    const [demoted] = [await serverOf()]
    await failOver()
    await expect(serverOf()).rejects.toMatchObject({ code: 'feed-failed' })
    await eventually(async () => expect(await serverOf()).not.toBe(demoted))
  })
})

describe('a server that must not be written to', () => {
  it.each([
    ['LOADING', 'LOADING Redis is loading the dataset in memory'],
    ['UNBLOCKED', 'UNBLOCKED force unblock from blocking operation'],
    ['MASTERDOWN', 'MASTERDOWN Link with MASTER is down'],
    ['READONLY in a script', 'ERR Error running script: @user_script:1: -READONLY no writes here'],
  ])('is left by the next connection when it says %s', async (_, message) => {
    const connection = openConnection({ url: forwarder.url })
    closing.push(connection)
    const idOf = () => connection.run(async (client) => Number(await client.call('client', 'id')))
    const id = await idOf()
    const complain = connection.run((client) =>
      client.eval(`return redis.error_reply(ARGV[1])`, 0, message),
    )
    await expect(complain).rejects.toMatchObject({ code: 'feed-failed' })
    await eventually(async () => expect(await idOf()).not.toBe(id))
  })

  it('is kept when it says anything else', async () => {
    const connection = openConnection({ url: forwarder.url })
    closing.push(connection)
    const idOf = () => connection.run(async (client) => Number(await client.call('client', 'id')))
    const id = await idOf()
    const complain = connection.run((client) => client.call('xadd', 'log'))
    await expect(complain).rejects.toMatchObject({ code: 'feed-failed' })
    expect(await idOf()).toBe(id)
  })
})
