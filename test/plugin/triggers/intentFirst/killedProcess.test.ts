import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { revocations } from '../../../../src/index.js'
import { bundled } from '../../../support/bundled.js'
import { startChild } from '../../../support/childProcess.js'
import { type App, createApp } from '../../../support/createApp.js'
import { eventually } from '../../../support/eventually.js'
import { isAccepted } from '../../../support/isAccepted.js'
import { onEachDatabase } from '../../../support/onEachDatabase.js'
import { until } from '../../../support/until.js'
import {
  addressesOf,
  CHANGES,
  type ChangeSettings,
  newcomer,
  options,
  READY,
  SETTINGS_VARIABLE,
  savedOf,
} from './accountChanges.js'

const program = fileURLToPath(new URL('./changeProcess.ts', import.meta.url))

/** Prepares, and makes the change when it is told to. */
async function startChange(settings: ChangeSettings) {
  const child = startChild({
    args: [await bundled(program)],
    env: {
      ...process.env,
      // The tables exist.
      NODE_ENV: 'production',
      PAYLOAD_FORCE_DRIZZLE_PUSH: 'false',
      [SETTINGS_VARIABLE]: JSON.stringify(settings),
    },
  })
  return {
    /** Whether it was killed before the change was complete. */
    async isKilled() {
      const isReady = () => child.hasEnded || child.lastOutput().includes(READY)
      await until('the process that changes', isReady, { withinMs: 120_000 })
      await child.kill('SIGUSR2')
      return (await child.exited) !== 0
    },
  }
}

/** How many prepare together. Preparation takes seconds, a change almost no time. */
const TOGETHER = 3

onEachDatabase('a process that is killed in the middle of a change', (database) => {
  let app: App
  let where: ReturnType<typeof database>
  beforeAll(async () => {
    where = database()
    if (where.mongo !== undefined) where = { ...where, mongo: await where.mongo }
    const plugin = { ...options.plugin, strict: true }
    app = await createApp({ ...options, ...where, plugin })
  })
  afterAll(() => app?.close())

  for (const name of ['a role, in bulk', 'a deletion'])
    it(`leaves no old token that works, and no address: ${name}`, async () => {
      const change = CHANGES[name]
      if (!change) throw new Error(name)
      const start = async (nth: number) => {
        const account = await newcomer(app, change)
        const shared = { ...where, database: app.database }
        return { nth, account, child: await startChange({ database: shared, name, account, nth }) }
      }
      for (let isEnded = false, last = 0; !isEnded; last += TOGETHER) {
        const started = []
        for (let nth = last + 1; nth <= last + TOGETHER; nth += 1) started.push(await start(nth))
        for (const { nth, account, child } of started) {
          const isMade = async () => change.isMade(await savedOf(app, account), account)
          if (!(await child.isKilled())) isEnded = true
          if (await isMade()) expect(await isAccepted(app, account), `killed at ${nth}`).toBe(false)
          // In MongoDB the transaction of a killed process blocks the document for a while.
          await eventually(async () => {
            await change.make(app, account)
            expect(await isMade(), `killed at ${nth}, repeated`).toBe(true)
          })
          expect(await isAccepted(app, account), `killed at ${nth}, repeated`).toBe(false)
          await revocations(app.payload).purge()
          expect(await addressesOf(app, account), `killed at ${nth}, purged`).toEqual([])
        }
      }
    })
})
