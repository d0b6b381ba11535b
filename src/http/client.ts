import { RevocationError } from '../core/errors.js'
import { isJsonObject } from '../core/readClaims.js'
import { readText } from '../core/readText.js'
import type { Revocation, Subject } from '../core/revocation.js'
import { basicAuthorization } from '../core/serviceAccess.js'
import type { FeedPosition } from '../wire/feed.js'
import { StatusError } from './backoff.js'
import { readPosition, unreadable } from './readPosition.js'
import { readRevocations } from './readRevocations.js'

/** One answer of the feed. */
export interface Answer extends FeedPosition {
  readonly revocations: readonly Revocation[]
  readonly etag: string | undefined
  /** By `performance.now()`: before the question, and after the answer. */
  readonly askedAt: number
  readonly answeredAt: number
}

interface Question {
  readonly after: string | undefined
  readonly etag: string | undefined
  /** Seconds. */
  readonly wait: number
  readonly signal: AbortSignal
}

/** Asks the endpoint of the feed. Every question has a time limit. */
export interface Client {
  ask(question: Question): Promise<Answer>
  find(subjects: readonly Subject[], signal: AbortSignal): Promise<readonly Revocation[]>
}

/** Beyond the time for which the application holds the question, in milliseconds. */
const LIMIT_MS = 20_000
const FIND_LIMIT_MS = 5_000
/** As many subjects as one question may name. */
const BATCH = 500
/** Ten times what an application sends at once, after decompression. */
const MAX_BYTES = 32 * 1024 * 1024

export function createClient({
  url,
  id,
  secret,
}: {
  url: string
  id: string
  secret: string
}): Client {
  const authorization = basicAuthorization({ id, secret })

  /** The answer and its JSON, or no JSON for a 304. */
  const exchange = async (
    address: string,
    { limitMs, signal, headers, ...init }: Exchange,
  ): Promise<{ response: Response; json: unknown }> => {
    const late = new AbortController()
    const end = () => late.abort()
    const timer = setTimeout(end, limitMs)
    signal.addEventListener('abort', end)
    try {
      const response = await fetch(address, {
        ...init,
        headers: { Accept: 'application/json', ...headers, Authorization: authorization },
        // The secret goes to this address and to no other.
        redirect: 'manual',
        signal: late.signal,
      })
      if (response.status === 304) return { response, json: undefined }
      if (response.status !== 200) {
        await response.body?.cancel()
        throw new StatusError(response.status, response.headers.get('Retry-After'))
      }
      return { response, json: parsed(await textOf(response)) }
    } catch (cause) {
      if (cause instanceof RevocationError) throw cause
      if (late.signal.aborted && !signal.aborted) {
        throw new RevocationError('timed-out', `the feed did not answer within ${limitMs} ms.`)
      }
      throw new RevocationError('feed-failed', 'the feed could not be reached.', { cause })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
  }

  return {
    async ask({ after, etag, wait, signal }) {
      const address = new URL(url)
      if (after !== undefined) address.searchParams.set('after', after)
      if (wait > 0) address.searchParams.set('wait', String(wait))
      const askedAt = performance.now()
      const { response, json } = await exchange(address.href, {
        limitMs: 1_000 * wait + LIMIT_MS,
        signal,
        headers: etag === undefined ? {} : { 'If-None-Match': etag },
      })
      const answeredAt = performance.now()
      const isUnchanged = response.status === 304
      if (isUnchanged && etag === undefined) {
        throw unreadable('it says that nothing is new to a reader who knows nothing')
      }
      const told = isUnchanged ? parsed(response.headers.get('Revocation-Feed') ?? '') : json
      return {
        ...readPosition(told),
        revocations: isUnchanged
          ? []
          : readRevocations(isJsonObject(told) ? told.revocations : told),
        etag: response.headers.get('ETag') ?? undefined,
        askedAt,
        answeredAt,
      }
    },

    async find(subjects, signal) {
      const found: Revocation[] = []
      for (let i = 0; i < subjects.length; i += BATCH) {
        const { json } = await exchange(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ subjects: subjects.slice(i, i + BATCH) }),
          limitMs: FIND_LIMIT_MS,
          signal,
        })
        if (!isJsonObject(json) || json.version !== 1) throw unreadable('it speaks another version')
        found.push(...readRevocations(json.revocations))
      }
      return found
    },
  }
}

interface Exchange {
  method?: 'POST'
  headers: Readonly<Record<string, string>>
  body?: string
  limitMs: number
  signal: AbortSignal
}

/** An answer without an end does not fill the memory. */
async function textOf({ body }: Response): Promise<string> {
  const text = await readText(body, { maxBytes: MAX_BYTES })
  if (text === undefined) throw unreadable('its answer is too long')
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable('its answer is no JSON', { cause })
  }
}
