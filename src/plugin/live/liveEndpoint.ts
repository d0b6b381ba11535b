import type { Endpoint, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { type Refusal, refusalResponse } from '../../core/refusal.js'
import { userSubject } from '../../core/token.js'
import type { TokenEnd } from '../../core/watching.js'
import type { ErrorAnswer } from '../../wire/errors.js'
import type { LiveAnswer } from '../../wire/live.js'
import type { LiveLimits } from '../config/liveLimits.js'
import { answersRefusals } from '../gate/gateEndpoints.js'
import { logRefusedRequest } from '../gate/refusedAtLast.js'
import { refusalOfRequest } from '../request/requestState.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { completeRecord } from '../sessions/completeRecord.js'
import { type EventStream, openEventStream } from './eventStream.js'
import { createLiveConnections, HEARTBEAT_MS, type LiveConnections } from './liveConnections.js'
import { reasonForOwner } from './reasonForOwner.js'

/** When a browser comes back after the connection broke, in milliseconds. */
const RETRY_MS = 1_000
/** When somebody who found no room may ask again, in seconds. */
const RETRY_AFTER_S = 15

const connections = memo<object, LiveConnections>('liveConnections')

/**
 * `GET /api/revocation/live` tells logged-in users when their token ends. With
 * `Accept: text/event-stream` the answer stays open:
 *
 * - `ready`, at once: `{ user, heartbeat }`; then a comment every `heartbeat` seconds;
 * - `end`: `{ reason }` of the revocation. The stream is over, and the user is signed out;
 * - `renew`: `{ reason }`, which is `rotated`, `replaced`, `expired` or `unknown`. The stream is over.
 *   The client connects again with the token that the browser has now.
 *
 * A client that connects again is judged like any request. Without that header the endpoint answers
 * once. A refused token that Payload signed gets its 401 with the reason, so that a tab that slept
 * through the event learns it, too.
 */
export const liveEndpoint = (limits: LiveLimits): Endpoint =>
  answersRefusals({
    path: '/revocation/live',
    method: 'get',
    handler: async (req) => {
      const refusal = req.user ? undefined : refusalOfRequest(req)
      if (refusal) return refuse(refusal, req, runtimeOf(req.payload))
      const { user } = req
      if (!user) return answer(401, 'NotLoggedIn', 'Nobody is logged in.')
      const runtime = runtimeOf(req.payload)
      const token = tokenOfRequest(req)
      if (!token) return answer(400, 'NoToken', 'This request was authenticated by no token.')
      const name = userSubject(user.collection, user.id)
      const wantsEvents = req.headers.get('Accept')?.includes('text/event-stream')
      if (!wantsEvents)
        return Response.json({ user: name } satisfies LiveAnswer, { headers: NO_STORE })

      const live = connections.get(runtime) ?? createLiveConnections(limits)
      connections.set(runtime, live)
      if (!live.hasRoomFor(name)) {
        return answer(503, 'TooManyConnections', 'There are too many open connections.', {
          'Retry-After': String(RETRY_AFTER_S),
        })
      }
      let cancel: (() => void) | undefined
      const stream = openEventStream({
        retryMs: RETRY_MS,
        signal: req.signal,
        onClose: () => {
          cancel?.()
          live.remove(name, stream)
        },
      })
      live.add(name, stream)
      stream.send('ready', { user: name, heartbeat: HEARTBEAT_MS / 1_000 })
      cancel = runtime.denylist.watch(token, (end) => tell(stream, end))
      void completeRecord(runtime, token, req)
      return stream.response
    },
  })

function tell(stream: EventStream, end: TokenEnd) {
  const { reason, status } = end
  if (status !== 'revoked') stream.send('renew', { reason: status })
  // The browser has the next token.
  else if (reason === 'rotated' || reason === 'replaced') stream.send('renew', { reason })
  else stream.send('end', { reason: reason ?? null })
  stream.close()
}

async function refuse(refusal: Refusal, req: PayloadRequest, runtime: Runtime) {
  logRefusedRequest(req, refusal)
  const reason = await reasonForOwner(refusal, req, runtime)
  return refusalResponse(refusal, reason && { reason })
}

const NO_STORE = { 'Cache-Control': 'no-store' }

const answer = (status: number, name: string, message: string, headers: HeadersInit = {}) =>
  Response.json({ errors: [{ name, message }] } satisfies ErrorAnswer, {
    status,
    headers: { ...NO_STORE, ...headers },
  })
