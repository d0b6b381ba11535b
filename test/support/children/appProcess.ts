/** An app of the tests in its own process, called over HTTP: see `appProcess.ts` above. */

// It logs in users that the test has created.
import '../fewRounds.js'
import { httpFeed } from '../../../src/http/index.js'
import { settingsFrom } from '../../../src/plugin/config/settings.js'
import { createRuntime } from '../../../src/plugin/createRuntime.js'
import { redisFeed } from '../../../src/redis/index.js'
import { serve } from '../../faults/children/serve.js'
import { type AppProcessOptions, OPTIONS_VARIABLE, RECORDING } from '../appProcess.js'
import { createApp } from '../createApp.js'
import { READER } from '../servedApp.js'

const { follows, isTellingOfRows, ledgerWindowMs, redisUrl, ...given } = JSON.parse(
  process.env[OPTIONS_VARIABLE] ?? '',
) as AppProcessOptions
const feed = redisUrl
  ? redisFeed({ url: redisUrl })
  : follows && httpFeed({ url: follows, ...READER })
const options = feed ? { ...given, plugin: { ...given.plugin, feed } } : given
const onStatement = (sql: string) => {
  if (isTellingOfRows && /^\s*insert into "revocations"/i.test(sql)) console.log(RECORDING)
}
const app = await createApp({
  ...options,
  ...{ onStatement, isDisablingOnInit: true, hasOwnClock: true },
})
// As `next start` does. A pool of PostgreSQL throws when an idle connection is cut.
process.on('uncaughtException', (error) => console.error(error))
createRuntime(app.payload, settingsFrom(options.plugin), { ledgerWindowMs })
serve(app.send)
