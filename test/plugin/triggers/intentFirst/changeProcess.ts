/**
 * A process that makes one change of an account with its own Payload, on SIGUSR2, and kills itself
 * before the nth statement that changes anything. Exits with 0 if the change was complete before.
 */
import { createApp } from '../../../support/createApp.js'
import {
  CHANGES,
  type ChangeSettings,
  options,
  READY,
  SETTINGS_VARIABLE,
} from './accountChanges.js'

const settings: ChangeSettings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '')
const { account, database, name, nth } = settings
let count = Number.NEGATIVE_INFINITY

const app = await createApp({
  ...options,
  ...database,
  onStatement(sql) {
    if (!/^\s*(insert|update|delete|commit|findandmodify)/i.test(sql)) return
    count += 1
    if (count === nth) process.kill(process.pid, 'SIGKILL')
  },
})
process.once('SIGUSR2', async () => {
  count = 0
  await CHANGES[name]?.make(app, account)
  process.exit(0)
})
console.log(READY)
// Nothing else keeps the process alive.
setInterval(() => {}, 1_000)
