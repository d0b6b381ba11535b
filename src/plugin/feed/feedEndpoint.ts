import type { Endpoint, PayloadRequest } from 'payload'
import type { FeedPosition } from '../../wire/feed.js'
import type { Runtime } from '../runtime/runtime.js'
import { type Cursor, fromText, toText } from './cursor.js'
import { forReaders, type Told, tellFromLedger, tellFromNews } from './feedAnswer.js'
import { createFeedCall } from './feedCall.js'
import type { Outbox } from './outbox.js'
import { epochOf, outboxOf } from './perRuntime.js'
import { sendJson } from './sendJson.js'

/** The longest that a request is held, in seconds. Many proxies cut it after 30. */
const LONGEST_WAIT = 25

/**
 * `GET /api/revocation/feed?after=<cursor>&wait=<seconds>`: revocations without Redis, for the
 * services of the option `services`. Without `after`, or with one that is of no use any more, a
 * snapshot begins. With `wait` the answer waits for news; without, the ledger is read at once. 503
 * while this process cannot vouch for what it knows.
 */
export const feedEndpoint: Endpoint = createFeedCall({
  method: 'get',
  async answer(req, runtime) {
    const receivedAt = performance.now()
    const { payload } = req
    const reader = await readerOf(req, runtime)
    const { epoch, outbox } = reader
    if (isFollowing(reader)) await waitForNews(reader, req, runtime)
    const isUnchanged = isCurrent(reader) && req.headers.get('If-None-Match') === etagOf(reader)
    // A reader with a whole snapshot may go on with the news.
    const cursor: Cursor | undefined = isUnchanged ? latestNews(outbox) : reader.cursor
    const told =
      (await tellFromNews(runtime, { cursor, outbox })) ??
      (await tellFromLedger(payload, runtime, { cursor, outbox }))
    const held = Math.floor(performance.now() - receivedAt)
    const position = positionOf(told, { epoch, held })
    const headers = {
      ...(told.cursor.kind === 'news' && { ETag: etag(epoch, told.cursor) }),
      'Revocation-Feed': JSON.stringify(position),
    }
    if (isUnchanged && told.revocations.length === 0) {
      return new Response(null, {
        status: 304,
        headers: { ...headers, 'Cache-Control': 'no-store' },
      })
    }
    return sendJson(req, { ...position, revocations: told.revocations.map(forReaders) }, headers)
  },
})

interface Reader {
  readonly epoch: string
  readonly cursor: Cursor | undefined
  readonly outbox: Outbox
  /** The `ETag` of what it has. */
  readonly has: string | null
}

async function readerOf(
  { headers, payload, searchParams }: PayloadRequest,
  runtime: Runtime,
): Promise<Reader> {
  const outbox = outboxOf(runtime)
  const epoch = await epochOf(payload, runtime)
  const cursor = fromText(epoch, searchParams?.get('after') ?? '')
  return { epoch, cursor, outbox, has: headers.get('If-None-Match') }
}

const latestNews = ({ latest, process }: Outbox) =>
  ({ kind: 'news', at: 0, process, seq: latest }) as const

const etag = (epoch: string, { process, seq }: Cursor & { kind: 'news' }) =>
  `W/"${epoch}.${process}.${seq}"`

const etagOf = ({ epoch, outbox }: Reader) => etag(epoch, latestNews(outbox))

/** Whether the reader knows everything up to some news of this process. */
function isFollowing(reader: Reader): boolean {
  const { cursor, outbox } = reader
  if (!cursor) return isCurrent(reader)
  return cursor.kind === 'news' && cursor.process === outbox.process
}

/** Whether this process knows nothing that the reader does not. */
function isCurrent(reader: Reader): boolean {
  const { cursor, has, outbox } = reader
  if (!cursor) return has === etagOf(reader)
  return isFollowing(reader) && cursor.kind === 'news' && cursor.seq === outbox.latest
}

async function waitForNews(reader: Reader, req: PayloadRequest, { denylist }: Runtime) {
  const asked = Number(req.searchParams?.get('wait') ?? 0)
  const ms = asked > 0 ? 1_000 * Math.min(LONGEST_WAIT, asked) : 0
  const { isAtRest, isFresh } = denylist.state
  if (ms === 0 || isAtRest || !isFresh) await denylist.refresh()
  const { signal } = req
  if (ms > 0 && isCurrent(reader)) await reader.outbox.untilNews({ ms, signal })
}

const positionOf = (
  { asOf, cursor, more, now }: Told,
  { epoch, held }: { epoch: string; held: number },
): FeedPosition => ({
  ...{ version: 1, epoch, cursor: toText(epoch, cursor), more, asOf },
  ...{ now: Math.round(now), held },
})
