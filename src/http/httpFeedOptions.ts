import { invalidOption } from '../core/errors.js'
import { requireNames } from '../core/requireOption.js'
import { isHttpAddress, isServiceId, isServiceSecret } from '../core/serviceAccess.js'

export interface HttpFeedOptions {
  /** The address of the application's endpoint: `https://…/api/revocation/feed`. */
  url: string
  /** `id` of one of the `services` in the application's options. */
  id: string
  /** `secret` of that service. It is sent to `url` only. */
  secret: string
  /**
   * How long the application holds a request while there is no news, in seconds, at most 25. It
   * must be well below `maxStaleness` of whatever uses the feed, because nothing is heard in the
   * meantime.
   *
   * @default 4
   */
  wait?: number
  /**
   * `false`: never ask in the background, but only when somebody needs an answer and the last one is
   * older than their `maxStaleness`. For processes that may only work during a request.
   *
   * @default true; false in Cloudflare Workers
   */
  background?: boolean
}

const OPTION_NAMES = Object.keys({
  url: true,
  id: true,
  secret: true,
  wait: true,
  background: true,
} satisfies Record<keyof HttpFeedOptions, true>)

/** @throws RevocationError `invalid-option`, naming the option */
export function settingsFrom(options: HttpFeedOptions): Required<HttpFeedOptions> {
  requireNames(options, OPTION_NAMES)
  const { url, id, secret, wait = 4, background = !isWorker() } = options
  if (!isHttpAddress(url))
    throw invalidOption('url', 'an http:// or https:// address without a password')
  if (!isServiceId(id)) throw invalidOption('id', '`id` of one of the `services` of the plugin')
  if (!isServiceSecret(secret)) {
    throw invalidOption('secret', '`secret` of that service, 32 characters or more')
  }
  if (typeof wait !== 'number' || !(wait >= 0 && wait <= 25)) {
    throw invalidOption('wait', 'a number from 0 to 25')
  }
  if (typeof background !== 'boolean') throw invalidOption('background', 'true or false')
  return { url, id, secret, wait, background }
}

const isWorker = () => globalThis.navigator?.userAgent === 'Cloudflare-Workers'
