import type { PayloadRequest } from 'payload'

const ALL_SESSIONS = 'jwtRevocation.allSessions'
const REAUTHENTICATED = 'jwtRevocation.isReauthenticated'

type Request = Pick<PayloadRequest, 'context' | 'searchParams'>

/** Records what a GraphQL mutation asked for. The address of the request does not matter then. */
export function markAllSessions({ context }: Request, isAll: boolean) {
  context[ALL_SESSIONS] = isAll
}

/** Whether a logout should end all of the user's sessions. */
export const isAllSessions = ({ context, searchParams }: Request): boolean =>
  typeof context[ALL_SESSIONS] === 'boolean'
    ? context[ALL_SESSIONS]
    : searchParams?.get('allSessions') === 'true'

export function markReauthenticated({ context }: Request) {
  context[REAUTHENTICATED] = true
}

export const isReauthenticated = ({ context }: Request): boolean =>
  context[REAUTHENTICATED] === true
