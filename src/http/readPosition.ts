import { RevocationError } from '../core/errors.js'
import { isJsonObject } from '../core/readClaims.js'
import type { FeedPosition } from '../wire/feed.js'

/**
 * Checks what an answer says about itself. An answer that is not understood is not used at all.
 *
 * @throws RevocationError `feed-unreadable`
 */
export function readPosition(value: unknown): FeedPosition {
  if (!isJsonObject(value)) throw unreadable('its answer is no object')
  const { version, epoch, cursor, more, asOf, now, held } = value
  if (version !== 1) {
    throw unreadable(
      `it speaks another version (${String(version).slice(0, 20)}): update this process`,
    )
  }
  if (!isName(epoch) || !isName(cursor)) throw unreadable('its cursor is not one')
  if (typeof more !== 'boolean') throw unreadable('it does not say whether there is more')
  if (!isTime(now) || !isTime(held)) throw unreadable('its times are wrong')
  if (asOf !== null && !(isTime(asOf) && asOf <= now)) throw unreadable('its times are wrong')
  return { version, epoch, cursor, more, asOf, now, held }
}

export const unreadable = (why: string, options?: ErrorOptions) =>
  new RevocationError('feed-unreadable', `the feed cannot be read: ${why}.`, options)

/** Milliseconds, also of a date. */
export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= 8.64e15

const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.~-]{1,256}$/.test(value)
