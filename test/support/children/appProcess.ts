/** An app of the tests in its own process, called over HTTP: see `appProcess.ts` above. */

// It logs in users that the test has created.
import '../fewRounds.js'
import { settingsFrom } from '../../../src/plugin/config/settings.js'
import { createRuntime } from '../../../src/plugin/createRuntime.js'
import { serve } from '../../faults/children/serve.js'
import { type AppProcessOptions, OPTIONS_VARIABLE, RECORDING } from '../appProcess.js'
import { createApp } from '../createApp.js'

const { isTellingOfRows, ledgerWindowMs, plugin, ...options } = JSON.parse(
  process.env[OPTIONS_VARIABLE] ?? '',
) as AppProcessOptions
const onStatement = (sql: string) => {
  if (isTellingOfRows && /^\s*insert into "revocations"/i.test(sql)) console.log(RECORDING)
}
const app = await createApp({
  ...options,
  ...{ onStatement, plugin, isDisablingOnInit: true, hasOwnClock: true },
})
createRuntime(app.payload, settingsFrom(plugin), { ledgerWindowMs })
serve(app.send)
