import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, createApp } from '../../../support/createApp.js'
import { isAccepted } from '../../../support/isAccepted.js'
import { onEachDatabase } from '../../../support/onEachDatabase.js'
import { type Account, CHANGES, newcomer, options, savedOf } from './accountChanges.js'

/**
 * Runs each change with its nth write failing, for each n, alone or with all later writes. Then the
 * database contains what a process leaves that is killed there. Then the same request is sent
 * again. The judging side has no memory: it asks the ledger about each token.
 */
onEachDatabase('a change of which a write fails', (database, { isSql }) => {
  let app: App
  let judge: App
  let writes = 0
  let isFailing = (_nth: number) => false
  beforeAll(async () => {
    const where = database()
    const onStatement = (sql: string) => {
      if (!/^\s*(insert|update|delete|findandmodify)/i.test(sql)) return
      writes += 1
      if (isFailing(writes)) throw new Error('disk full')
    }
    app = await createApp({ ...options, ...where, onStatement })
    judge = await createApp({
      ...options,
      ...where,
      database: app.database,
      plugin: { ...options.plugin, strict: true },
    })
  })
  afterAll(async () => {
    await judge?.close()
    await app?.close()
  })

  /** How many writes there were. */
  const makeWhile = async (failing: (nth: number) => boolean, make: () => Promise<unknown>) => {
    writes = 0
    isFailing = failing
    await make().catch(() => undefined)
    isFailing = () => false
    return writes
  }

  const nobodyIsIn = async (account: Account) => {
    const isIn = await isAccepted(judge, account)
    if (isIn) return false
    if (await savedOf(judge, account)) return true
    // MongoDB's ids are random.
    if (!isSql) return true
    await handOutAgain(app, account.id)
    const next = await newcomer(app)
    expect(next.id).toBe(account.id)
    return !(await isAccepted(judge, account))
  }

  const failures = {
    'and every one after it': (last: number) => (nth: number) => nth >= last,
    alone: (last: number) => (nth: number) => nth === last,
  }
  for (const [name, change] of Object.entries(CHANGES))
    it(`leaves no old token that works: ${name}`, async () => {
      const bystander = await newcomer(app)
      for (const [which, failing] of Object.entries(failures)) {
        let isHit = true
        for (let nth = 1; isHit; nth += 1) {
          const what = `write ${nth} ${which}`
          const account = await newcomer(app, change)
          const make = () => change.make(app, account)
          const isMade = async () => change.isMade(await savedOf(judge, account), account)
          isHit = (await makeWhile(failing(nth), make)) >= nth
          if (await isMade()) expect(await isAccepted(judge, account), what).toBe(false)
          await make()
          expect(await isMade(), `${what}, repeated`).toBe(true)
          expect(await nobodyIsIn(account), `${what}, repeated`).toBe(true)
        }
      }
      expect(await isAccepted(judge, bystander)).toBe(true)
    })
})

/**
 * SQLite does this by itself; PostgreSQL after its sequence was set back, as by a restored backup.
 */
async function handOutAgain({ payload }: App, id: number | string) {
  const { pool } = payload.db as { pool?: { query(text: string, values: unknown[]): unknown } }
  await pool?.query("select setval('users_id_seq', $1, false)", [id])
}
