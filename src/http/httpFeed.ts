import type { Feed } from '../core/ports.js'
import { type HttpFeedOptions, settingsFrom } from './httpFeedOptions.js'
import { createHttpReader, type HttpReader } from './httpReader.js'

/**
 * Follows the revocations of an application over HTTP, with `fetch` alone. Staleness is measured by
 * the application's own statements and by how long the requests took, so no clock has to be right.
 * An answer that is not understood changes nothing, and nothing is ever unlearned. Nothing connects
 * before the first use.
 *
 * It publishes nothing: an application that revokes writes to the ledger, where every other finds
 * it.
 *
 * @throws RevocationError `invalid-option`
 */
export function httpFeed(options: HttpFeedOptions): Required<Omit<Feed, 'prepareToVouch'>> {
  const settings = settingsFrom(options)
  let reader: HttpReader = createHttpReader(settings)
  let isClosed = false

  return {
    canBeFollowed: true,
    isOnDemand: !settings.background,
    publish: async () => {},
    vouch: async () => {},
    follow: (by) => reader.follow(by),
    refresh: () => reader.refresh(),
    rewind: () => reader.rewind(),
    find: (subjects) => reader.find(subjects),
    reopen() {
      if (isClosed) reader = createHttpReader(settings)
      isClosed = false
    },
    close() {
      isClosed = true
      return reader.close()
    },
  }
}
