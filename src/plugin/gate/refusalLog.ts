import type { Payload } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { RefusedRequestLike } from '../../core/sharedRuntime.js'
import { inTime } from '../../core/timeLimit.js'
import { subjectsOf, type Token } from '../../core/token.js'
import { callHook, type RefusedEvent } from '../config/hooks.js'
import { clientAddress } from '../request/clientAddress.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import type { Runtime } from '../runtime/runtime.js'
import { explainToken } from '../storage/explain.js'

const latest = memo<Payload, readonly RefusedEvent[]>('refusals')

/** The latest 200 refused requests of this process, at most 20 per user, newest first. */
export const recentRefusals = (payload: Payload): readonly RefusedEvent[] =>
  latest.get(payload) ?? []

const KEPT = 200
const KEPT_OF_USER = 20
/**
 * More events add nothing. The sender must not be able to overload the process or hide other
 * refusals.
 */
const MAX_PER_SECOND_OF_USER = 10
const MAX_PER_SECOND = 50
/** Longer than any HTTP method. */
const MAX_METHOD_LENGTH = 20
/** The event waits at most this long for the reason. No request waits for it. */
const REASON_WAIT_MS = 1_000

/** Keeps the refused requests of this process and reports each one, unless there are too many. */
export function createRefusalLog(payload: Payload, runtimeOf: () => Runtime) {
  let second = 0
  let told = 0
  let suppressed = 0
  /** How many events were reported per user in this second. */
  const toldOf = new Map<string, number>()

  const isTooMany = (user: string, now: number) => {
    const current = Math.floor(now / 1_000)
    if (current !== second) {
      told = 0
      toldOf.clear()
    }
    second = current
    const ofUser = toldOf.get(user) ?? 0
    if (ofUser >= MAX_PER_SECOND_OF_USER || told >= MAX_PER_SECOND) return true
    toldOf.set(user, ofUser + 1)
    told += 1
    return false
  }

  const addReason = async (event: RefusedEvent, token: Token) => {
    const found = await inTime(explainToken(runtimeOf().ledger, token), REASON_WAIT_MS)
    const reason = found.find(({ scope }) => scope === event.scope)?.reason
    return reason ? { ...event, reason } : event
  }

  const callHookWith = (event: RefusedEvent) => {
    const { onRefused } = runtimeOf().settings.hooks
    callHook('onRefused', { hook: onRefused, event, payload })
  }

  const tell = async (event: RefusedEvent, token: Token | undefined) => {
    if (!token || !event.scope) return callHookWith(event)
    const withReason = await addReason(event, token).catch(() => event)
    latest.set(
      payload,
      recentRefusals(payload).map((each) => (each === event ? withReason : each)),
    )
    callHookWith(withReason)
  }

  return ({ status, scope }: Refusal, { headers, method, path }: RefusedRequestLike): void => {
    const at = Date.now()
    const runtime = runtimeOf()
    const token = tokenInHeaders(payload, headers, runtime)
    if (isTooMany(token ? subjectsOf(token).user : '', at)) {
      suppressed += 1
      return
    }
    const ip = clientAddress(headers, runtime.settings.trustProxy)
    const event: RefusedEvent = {
      ...{ at, status, suppressed },
      ...(scope && { scope }),
      ...(ip !== undefined && { ip }),
      ...(method !== undefined && { method: method.slice(0, MAX_METHOD_LENGTH) }),
      ...(path !== undefined && { path: withoutSecrets(path) }),
      ...(token && namesOf(token)),
    }
    suppressed = 0
    latest.set(payload, withEvent(event, recentRefusals(payload)))
    void tell(event, token)
  }
}

function withEvent(event: RefusedEvent, known: readonly RefusedEvent[]): readonly RefusedEvent[] {
  const isOfUser = ({ collection, userId }: RefusedEvent) =>
    collection === event.collection && userId === event.userId
  const ofUser = known.filter(isOfUser)
  const oldest = ofUser.length >= KEPT_OF_USER ? ofUser.at(-1) : undefined
  return [event, ...known.filter((each) => each !== oldest)].slice(0, KEPT)
}

const namesOf = ({ collection, userId, session, id }: Token) => ({
  ...{ collection, userId, session },
  jti: id,
})

/** A path may contain a one-time secret, for example to verify an e-mail address. */
const withoutSecrets = (path: string) => path.slice(0, 300).replace(/[^/]{37,}/g, '…')
