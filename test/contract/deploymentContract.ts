import type { Where } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countBetween, digestOf, MINUTE_MS } from '../../src/core/rowDigest.js'
import { type JwtRevocationOptions, revocations } from '../../src/index.js'
import { runtimeOf } from '../../src/plugin/runtime/runtimeOf.js'
import type { App } from '../support/createApp.js'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login } from '../support/login.js'
import { sessionRows } from '../support/sessionRows.js'

/** An empty database, the way that people deploy it. */
export interface Deployment {
  /** Starts another app on it. */
  open(plugin: JwtRevocationOptions): Promise<App>
  /** Kills the server at once and starts it again. */
  crash?(): Promise<void>
  close?(): Promise<void>
}

const PLUGIN = { pollInterval: 0.1, purgeInterval: false } as const
const MANY = 121
const MONTH_MS = 31 * 86_400_000

/** What must work on every database, with two apps on it that share nothing else. */
export function describeDeployment(
  title: string,
  deploy: () => Promise<Deployment>,
  { canCrash = false }: { canCrash?: boolean } = {},
) {
  describe(`two apps on ${title}`, () => {
    let deployment: Deployment
    let here: App
    let there: App
    beforeAll(async () => {
      deployment = await deploy()
      here = await deployment.open(PLUGIN)
      there = await deployment.open(PLUGIN)
    })
    afterAll(async () => {
      await here?.close()
      await there?.close()
      await deployment?.close?.()
    })

    const newPerson = async () => {
      const person = { email: `${crypto.randomUUID()}@example.com`, password: 'a-password' }
      const { id } = await here.payload.create({ collection: 'users', data: person })
      return { ...person, id }
    }

    const expectEnd = async (session: Login) => {
      expect(await isAccepted(here, session)).toBe(false)
      await expect.poll(() => isAccepted(there, session)).toBe(false)
    }

    const expectAccepted = async (session: Login) => {
      expect(await isAccepted(here, session)).toBe(true)
      expect(await isAccepted(there, session)).toBe(true)
    }

    const change = (app: App, session: Login, id: number | string, password: string) =>
      app.request(`/api/users/${id}`, {
        method: 'PATCH',
        headers: session.jwt,
        body: { password },
      })

    it('a token works, is logged out, and is refused by both; a new login works', async () => {
      const person = await newPerson()
      const session = await login(here, person)
      await expectAccepted(session)
      const loggedOut = await here.request('/api/users/logout', {
        method: 'POST',
        headers: session.jwt,
      })
      expect(loggedOut.status).toBe(200)
      await expectEnd(session)
      await expectAccepted(await login(there, person))
    })

    it('rows are counted in the database as a reader counts them', async () => {
      await here.request('/api/users/logout', {
        method: 'POST',
        headers: (await login(here, await newPerson())).jwt,
      })
      const { ledger } = runtimeOf(here.payload)
      const until = Date.now() + 60_000
      const firstMinute = Math.ceil(Date.now() / MINUTE_MS)
      const counted = countBetween(0, until)
      const at = firstMinute * MINUTE_MS - 1
      for await (const page of ledger.read({ since: 0, at })) counted.take(page)
      expect(counted.counts.size).toBeGreaterThan(0)
      const periods = { firstMinute, minutes: 7, count: 30, isOpen: true }
      const found = await ledger.digest?.({ since: 0, until, periods })
      expect(found).toEqual(digestOf(counted.counts, periods))
      // SQLite, which works in this process, does not count them.
      const slices = await ledger.slices?.({ since: 1, at })
      const rows = [...(slices?.values() ?? [])].reduce((sum, each) => sum + each.rows, 0)
      const all = [...counted.counts.values()].reduce((sum, each) => sum + each, 0)
      expect(slices && rows).toBe(here.payload.db.name === 'postgres' ? all : undefined)
    })

    it('a changed password ends the other sessions, and only the new one logs in', async () => {
      const person = await newPerson()
      const [own, other] = [await login(here, person), await login(there, person)]
      expect((await change(here, own, person.id, 'another-password')).status).toBe(200)
      await expectEnd(other)
      await expectAccepted(own)
      expect((await there.request('/api/users/login', { body: person })).status).toBe(401)
      await expectAccepted(await login(there, { ...person, password: 'another-password' }))
    })

    it('changes, logins and logouts that come together all succeed', async () => {
      const people = await Promise.all(Array.from({ length: 8 }, newPerson))
      const sessions = await Promise.all(people.map((person) => login(here, person)))
      const changed = await Promise.all(
        sessions.map((session, i) =>
          change(i % 2 ? here : there, session, people[i]?.id ?? 0, 'another-password'),
        ),
      )
      expect(changed.map(({ status }) => status)).toEqual(people.map(() => 200))
      await Promise.all(
        sessions.map(({ jwt }, i) =>
          (i % 2 ? there : here).request('/api/users/logout', { method: 'POST', headers: jwt }),
        ),
      )
      for (const app of [here, there])
        for (const session of sessions)
          await expect.poll(() => isAccepted(app, session)).toBe(false)
    })

    it('a user with many sessions sees them all, and a revocation of the user ends them', async () => {
      const person = await newPerson()
      const session = await login(here, person)
      await sessionRows(here, { userId: person.id, count: MANY - 1 })
      const listed = await there.request('/api/revocation/sessions', { headers: session.jwt })
      expect(listed.status).toBe(200)
      expect(((await listed.json()) as { docs: unknown[] }).docs).toHaveLength(MANY)
      const user = { collection: 'users', id: person.id }
      await revocations(here.payload).revoke({ user })
      await expectEnd(session)
      expect(await revocations(there.payload).sessions(user)).toEqual([])
      await expect.poll(() => endedRecords(person.id)).toBe(MANY)
    })

    it('a deleted user leaves no records of sessions', async () => {
      const person = await newPerson()
      const session = await login(here, person)
      await sessionRows(here, { userId: person.id, count: MANY - 1 })
      await here.payload.delete({ collection: 'users', id: person.id })
      await expectEnd(session)
      expect(await records({ userId: { equals: String(person.id) } })).toBe(0)
    })

    it('a purge deletes the records of sessions that are over for a month', async () => {
      const person = await newPerson()
      await sessionRows(here, { userId: person.id, count: MANY, expiredMs: MONTH_MS })
      await sessionRows(here, { userId: person.id, count: 1 })
      expect(await revocations(there.payload).purge()).toEqual({ revocations: 0, sessions: MANY })
      expect(await records({ userId: { equals: String(person.id) } })).toBe(1)
    })

    if (canCrash)
      it('a logout that was answered outlives the server', async () => {
        const session = await login(here, await newPerson())
        const headers = session.jwt
        const { status } = await here.request('/api/users/logout', { method: 'POST', headers })
        expect(status).toBe(200)
        await deployment.crash?.()
        await expectEnd(session)
        const later = await deployment.open(PLUGIN)
        expect(await isAccepted(later, session)).toBe(false)
        await later.close()
      })

    const records = async (where: Where) => {
      const collection = 'user-sessions' as 'users'
      return (await here.payload.db.count({ collection, where })).totalDocs
    }

    const endedRecords = (id: number | string) =>
      records({ userId: { equals: String(id) }, endedAt: { exists: true } })
  })
}
