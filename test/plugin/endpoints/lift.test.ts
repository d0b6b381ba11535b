import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/plugin/api/revocations.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type Callers, createCallers } from '../../support/callers.js'
import { isAccepted } from '../../support/isAccepted.js'
import type { Login } from '../../support/login.js'
import { sampleRevocation } from '../../support/samples.js'

let app: Callers
let administrator: HeadersInit
beforeAll(async () => {
  app = await createCallers()
  administrator = await app.headersOf('administrator')
})
afterAll(() => app.close())

const sid = ({ claims }: Login) => String(claims.sid)
const lift = (body: object) => app.call('lift', administrator, body)

describe('lifting', () => {
  it('takes a mistaken revocation of a session back, and both stay on the record', async () => {
    const session = await app.as('member')
    const subject = `sid:${sid(session)}`
    const revoked = await app.call('revoke', administrator, { session: sid(session) })
    expect(await isAccepted(app, session)).toBe(false)
    const answer = await lift({ session: sid(session), note: 'The wrong one' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        lifted: [
          {
            scope: 'session',
            subject,
            reason: 'lifted',
            actor: 'users:3',
            note: 'The wrong one',
            lifts: revoked.body.revocations?.[0]?.id,
          },
        ],
      },
    })
    expect(await isAccepted(app, session)).toBe(true)
    const where = { subject: { equals: subject } }
    const { docs } = await app.payload.find({ collection: 'revocations', where, sort: 'id' })
    expect(docs.map(({ reason }) => reason)).toEqual(['admin', 'lifted'])
  })

  it('removes what is lifted from the list and the explanation, and lists the lift', async () => {
    const session = await app.as('member')
    const subject = `jti:${session.claims.jti}`
    await app.call('revoke', administrator, { jti: session.claims.jti })
    const list = async (query: string) =>
      (await app.call(`list?subject=${subject}${query}`, administrator)).body.docs
    expect(await list('')).toHaveLength(1)
    await lift({ jti: session.claims.jti })
    expect(await list('')).toEqual([])
    expect(await list('&reason=lifted')).toMatchObject([{ reason: 'lifted' }])
    const explained = await app.call('explain', administrator, { token: session.token })
    expect(explained.body).toEqual({ revoked: false, by: [] })
    await app.call('revoke', administrator, { jti: session.claims.jti })
    expect(await list('')).toMatchObject([{ reason: 'admin' }])
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('takes a logout back whole, and leaves what else ended its token', async () => {
    const [mistaken, stolen] = [await app.as('member'), await app.as('member')]
    for (const { jwt } of [mistaken, stolen]) {
      await app.request('/api/users/logout', { method: 'POST', headers: jwt })
    }
    const revocation = await revocations(app.payload).explain({ jti: String(stolen.claims.jti) })
    expect(revocation).toMatchObject([{ reason: 'logout', partOf: `sid:${sid(stolen)}` }])
    await payloadLedger(app.payload, 'revocations').append([
      sampleRevocation(`jti:${stolen.claims.jti}`, { reason: 'admin' }),
    ])

    const { body } = await lift({ session: sid(mistaken) })
    const names = [`sid:${sid(mistaken)}`, `jti:${mistaken.claims.jti}`]
    expect(body.lifted?.map(({ subject }) => subject).sort()).toEqual(names.sort())
    expect(await isAccepted(app, mistaken)).toBe(true)
    expect((await lift({ session: sid(stolen) })).body.lifted).toHaveLength(2)
    expect(await isAccepted(app, stolen)).toBe(false)
  })

  it('changes nothing in a dry run', async () => {
    const session = await app.as('member')
    await app.call('revoke', administrator, { session: sid(session) })
    const rows = await app.rows()
    const answer = await lift({ session: sid(session), dryRun: true })
    expect(answer.body).toMatchObject({ dryRun: true, lifted: [{ reason: 'lifted' }] })
    expect(await app.rows()).toBe(rows)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('is not possible for cut-offs', async () => {
    await app.call('revoke', administrator, { user: { collection: 'customers', id: 1 } })
    for (const target of [{ user: { collection: 'customers', id: 1 } }, { everyone: true }]) {
      const answer = await lift(target)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ name: 'not-liftable' }] } })
    }
  })

  it('says so when nothing is in force', async () => {
    const answer = await lift({ session: 'never-revoked' })
    expect(answer).toMatchObject({ status: 404, body: { errors: [{ name: 'nothing-to-lift' }] } })
  })

  for (const body of [{}, { subject: 'sid:a' }, { session: 1 }, { jti: 'a', session: 'a' }]) {
    it(`refuses ${JSON.stringify(body)}`, async () => {
      expect((await lift(body)).status).toBe(400)
    })
  }
})
