/** An app of the tests in a process of its own, asked over HTTP: see `appProcess.ts` above. */

// It logs in users that the test has made.
import '../fewRounds.js'
import { settingsFrom } from '../../../src/plugin/config/settings.js'
import { createRuntime } from '../../../src/plugin/createRuntime.js'
import { serve } from '../../faults/children/serve.js'
import { type AppProcessOptions, OPTIONS_VARIABLE } from '../appProcess.js'
import { createApp } from '../createApp.js'

const { ledgerWindowMs, plugin, ...options } = JSON.parse(
  process.env[OPTIONS_VARIABLE] ?? '',
) as AppProcessOptions
const app = await createApp({ ...options, plugin, isDisablingOnInit: true, hasOwnClock: true })
createRuntime(app.payload, settingsFrom(plugin), { ledgerWindowMs })
serve(app.send)
