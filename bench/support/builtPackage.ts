import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as Denylist from '../../src/core/denylist.js'
import type * as DenylistIndex from '../../src/core/denylistIndex.js'
import type * as ExpiryTable from '../../src/core/expiryTable.js'
import type * as ExtractToken from '../../src/core/extractToken.js'
import type * as ProcessWide from '../../src/core/processWide.js'
import type * as Token from '../../src/core/token.js'
import type * as Uuidv7 from '../../src/core/uuidv7.js'
import type * as HttpFeed from '../../src/http/httpFeed.js'
import type * as Revocations from '../../src/plugin/api/revocations.js'
import type * as Settings from '../../src/plugin/config/settings.js'
import type * as Plugin from '../../src/plugin/jwtRevocation.js'
import type * as RuntimeOf from '../../src/plugin/runtime/runtimeOf.js'
import type * as LedgerCollection from '../../src/plugin/storage/ledgerCollection.js'
import type * as PayloadLedger from '../../src/plugin/storage/payloadLedger.js'
import type * as EndOfSession from '../../src/plugin/triggers/endOfSession.js'
import type * as LogEntry from '../../src/redis/logEntry.js'
import type * as RedisFeed from '../../src/redis/redisFeed.js'
import type * as CreateVerifier from '../../src/verify/createVerifier.js'

interface Modules {
  'core/denylist': typeof Denylist
  'core/denylistIndex': typeof DenylistIndex
  'core/expiryTable': typeof ExpiryTable
  'core/extractToken': typeof ExtractToken
  'core/processWide': typeof ProcessWide
  'core/token': typeof Token
  'core/uuidv7': typeof Uuidv7
  'http/httpFeed': typeof HttpFeed
  'plugin/api/revocations': typeof Revocations
  'plugin/runtime/runtimeOf': typeof RuntimeOf
  'plugin/jwtRevocation': typeof Plugin
  'plugin/storage/ledgerCollection': typeof LedgerCollection
  'plugin/config/settings': typeof Settings
  'plugin/storage/payloadLedger': typeof PayloadLedger
  'plugin/triggers/endOfSession': typeof EndOfSession
  'redis/logEntry': typeof LogEntry
  'redis/redisFeed': typeof RedisFeed
  'verify/createVerifier': typeof CreateVerifier
}

/**
 * The `dist` of an earlier version, to compare with in the same run. Its folder needs the same
 * `node_modules`, and a `package.json` with `"type": "module"`.
 */
export const EARLIER_BUILD = process.env.BENCH_EARLIER

/**
 * A module of the package as it is shipped. Code from `tsx` must not be measured, because `tsx`
 * wraps functions to keep their names. The types must exist before anything is built.
 *
 * @param build the folder of another build, to compare with. Default: `dist`
 * @throws Error when the build is missing: `npm run build` makes it
 */
export async function builtPackage<Name extends keyof Modules>(
  name: Name,
  build = fileURLToPath(new URL('../../dist', import.meta.url)),
): Promise<Modules[Name]> {
  const url = pathToFileURL(`${build}/${name}.js`)
  try {
    return await import(url.href)
  } catch (cause) {
    throw new Error(`${build}/${name}.js cannot be loaded: run \`npm run build\` first`, { cause })
  }
}
