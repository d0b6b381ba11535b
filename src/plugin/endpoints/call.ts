import type { Endpoint, Payload, PayloadRequest } from 'payload'
import type { RevocationErrorCode } from '../../core/errors.js'
import type { Token } from '../../core/token.js'
import type { ErrorAnswer } from '../../wire/errors.js'
import { type Field, InvalidField, readFields, type Values } from '../api/fields.js'
import type { Settings } from '../config/settings.js'
import { clientAddress } from '../request/clientAddress.js'
import type { RequestUser } from '../request/requestUser.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { CallError, forbidden, unauthenticated } from './callError.js'
import { readBody } from './readBody.js'

/** Who calls, and what is needed for the answer. */
export interface Caller {
  readonly req: PayloadRequest
  readonly payload: Payload
  readonly user: RequestUser
  readonly isAdministrator: boolean
  /** The caller's own token; `undefined` if the caller uses an API key or another strategy. */
  readonly token: Token | undefined
  /** The caller's address, with the option `trustProxy`. */
  readonly ip: string | undefined
  readonly runtime: Runtime
  readonly settings: Settings
}

interface Call<Of extends Readonly<Record<string, Field<unknown>>>> {
  method: 'get' | 'post'
  path: `/revocation/${string}`
  /** Default: for every user who is logged in. */
  isForAdministrators?: boolean
  /** The fields of the body; for a `get`, of the query. */
  fields: Of
  /** The answer: a `Response`, or an object to send as JSON. */
  answer(values: Values<Of>, caller: Caller): Promise<object>
}

/**
 * A call under `/revocation`. Anonymous callers get 401, callers without permission 403. Invalid
 * input gets 400 with the name of the field. Every call that changes something is a POST with JSON.
 */
export const createCall = <Of extends Readonly<Record<string, Field<unknown>>>>(
  call: Call<Of>,
): Endpoint => ({
  method: call.method,
  path: call.path,
  handler: async (req) => {
    try {
      const caller = await callerOf(req)
      if (call.isForAdministrators && !caller.isAdministrator) throw forbidden()
      const input = call.method === 'post' ? await readBody(req) : queryOf(req)
      const answer = await call.answer(readFields(input, call.fields), caller)
      return answer instanceof Response ? answer : json(answer)
    } catch (error) {
      const known = asCallError(error)
      if (!known) throw error
      if (known.status >= 500) {
        req.payload.logger.error({ err: error }, `Revocations: ${call.path} failed`)
      }
      return errorResponse(known)
    }
  },
})

async function callerOf(req: PayloadRequest): Promise<Caller> {
  const { payload, user } = req
  if (!user) throw unauthenticated()
  const runtime = runtimeOf(payload)
  const { settings } = runtime
  const isAdministrator = Boolean(await settings.administrator({ req }))
  return {
    ...{ req, payload, user, isAdministrator, runtime, settings },
    token: tokenOfRequest(req),
    ip: clientAddress(req.headers, settings.trustProxy),
  }
}

function queryOf({ searchParams }: PayloadRequest): object {
  return Object.fromEntries(searchParams ?? [])
}

export function json(body: object, init: { status?: number; headers?: HeadersInit } = {}) {
  const headers = new Headers(init.headers)
  headers.set('Cache-Control', 'no-store')
  return Response.json(body, { ...init, headers })
}

export function errorResponse({ name, message, status, field }: CallError): Response {
  const error = { name, message, ...(field !== undefined && { field }) }
  // RFC 6750 §3: a request without a token is told how to authenticate, and gets no error code.
  const headers: HeadersInit = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
  return json({ errors: [error] } satisfies ErrorAnswer, { status, headers })
}

/** The HTTP status of our own errors. Payload answers all others: 500, without details. */
const STATUS: Partial<Record<RevocationErrorCode, number>> = {
  'token-not-ours': 400,
  'not-liftable': 400,
  'nothing-to-lift': 404,
  'sessions-not-kept': 404,
  // The same answer if the session does not exist and if it belongs to somebody else.
  'session-not-found': 403,
  'ledger-unavailable': 503,
  'ledger-missing': 503,
}

/** Several bundles contain their own copy of the class, so the name and the code are compared. */
export function asCallError(error: unknown): CallError | undefined {
  if (error instanceof CallError) return error
  if (error instanceof InvalidField) {
    const { expected, field } = error
    return new CallError(400, 'InvalidField', `\`${field}\` must be ${expected}.`, field)
  }
  if (!(error instanceof Error) || error.name !== 'RevocationError') return undefined
  const { code } = error as { code?: RevocationErrorCode }
  const status = code && STATUS[code]
  return code && status ? new CallError(status, code, error.message) : undefined
}
