import type { ErrorAnswer } from '../wire/errors.js'
import type { SessionDoc, SessionsAnswer } from '../wire/sessionDoc.js'

export type { SessionDoc } from '../wire/sessionDoc.js'

/** What became of a call about the own sessions. */
export type SessionCallOutcome =
  | 'done'
  /** The server wants the own password with it (its option `reauthentication`). */
  | 'password-needed'
  | 'password-wrong'
  /** Nobody is signed in any more. */
  | 'signed-out'
  | 'failed'

export interface SessionsApi {
  list(): Promise<readonly SessionDoc[] | Exclude<SessionCallOutcome, 'done'>>
  rename(session: string, name: string): Promise<SessionCallOutcome>
  /** Ends one session. */
  end(session: string, password?: string): Promise<SessionCallOutcome>
  /** Ends every session of this user but the current one. */
  endOthers(
    user: { collection: string; id: string },
    password?: string,
  ): Promise<SessionCallOutcome>
}

export interface SessionsApiOptions {
  /** `routes.api` of the Payload config, with its `serverURL` if that is another. */
  apiPath: string
  headers?: Readonly<Record<string, string>> | undefined
}

/** The calls under `/revocation` that concern the own sessions. */
export function sessionsApi({ apiPath, headers }: SessionsApiOptions): SessionsApi {
  const root = `${apiPath.replace(/\/$/, '')}/revocation`

  const ask = async (path: string, body?: object): Promise<Response | undefined> => {
    const post = body && { method: 'POST', body: JSON.stringify(body) }
    const type: Record<string, string> = body ? { 'Content-Type': 'application/json' } : {}
    const all = { ...headers, ...type, Accept: 'application/json' }
    const init: RequestInit = { ...post, headers: all, cache: 'no-store', credentials: 'include' }
    return fetch(root + path, init).catch(() => undefined)
  }

  const post = async (path: string, body: object): Promise<SessionCallOutcome> => {
    const response = await ask(path, body)
    return response?.ok ? 'done' : failureOf(response)
  }

  const withPassword = (password: string | undefined) =>
    password === undefined ? {} : { password }

  return {
    async list() {
      const response = await ask('/sessions')
      if (!response?.ok) return failureOf(response)
      const body = (await response.json().catch(() => undefined)) as
        | Partial<SessionsAnswer>
        | undefined
      return body?.docs ?? 'failed'
    },
    rename: (session, name) => post('/sessions/rename', { session, name }),
    end: (session, password) => post('/revoke', { session, ...withPassword(password) }),
    endOthers: ({ collection, id }, password) =>
      post('/revoke', {
        user: { collection, id, exceptSession: 'current' },
        ...withPassword(password),
      }),
  }
}

async function failureOf(
  response: Response | undefined,
): Promise<Exclude<SessionCallOutcome, 'done'>> {
  if (response?.status === 401) return 'signed-out'
  const body = (await response?.json().catch(() => undefined)) as Partial<ErrorAnswer> | undefined
  const name = body?.errors?.[0]?.name
  if (name === 'ReauthenticationRequired') return 'password-needed'
  return name === 'ReauthenticationFailed' ? 'password-wrong' : 'failed'
}
