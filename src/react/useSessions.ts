'use client'

import { useCallback, useEffect, useMemo, useState } from 'react'
import { builtBasePath } from './basePath.js'
import { type SessionCallOutcome, type SessionDoc, sessionsApi } from './sessionsApi.js'

export interface SessionsOptions {
  /**
   * `routes.api` of the Payload config, with its `serverURL` if that is another.
   *
   * @default '/api', below the `basePath` that Payload's `withPayload` knows
   */
  apiPath?: string
  /**
   * For a token that is sent by header: `{ Authorization: 'JWT …' }`.
   *
   * @default none; the cookie
   */
  headers?: Readonly<Record<string, string>>
}

export interface OwnSessions {
  /** `ready` from the first answer on, also while it is read again. */
  readonly status: 'loading' | 'ready' | 'failed' | 'signed-out'
  /** The active ones, the current one first, then the latest used. */
  readonly sessions: readonly SessionDoc[]
  reload(): Promise<void>
  /** An empty name takes the name away. */
  rename(id: string, name: string): Promise<SessionCallOutcome>
  /**
   * Ends one session. Call it without the password first: `password-needed` says when the server
   * wants it.
   */
  end(id: string, password?: string): Promise<SessionCallOutcome>
  /** Ends every session but the current one; the password as with `end`. */
  endOthers(password?: string): Promise<SessionCallOutcome>
}

/** The own sessions, for a "Your devices" page of the application's own making. */
export function useSessions({
  apiPath = `${builtBasePath()}/api`,
  headers,
}: SessionsOptions = {}): OwnSessions {
  const [status, setStatus] = useState<OwnSessions['status']>('loading')
  const [sessions, setSessions] = useState<readonly SessionDoc[]>([])
  const headersAsText = headers ? JSON.stringify(headers) : undefined

  const api = useMemo(
    () =>
      sessionsApi({
        apiPath,
        headers: headersAsText ? (JSON.parse(headersAsText) as Record<string, string>) : undefined,
      }),
    [apiPath, headersAsText],
  )

  const reload = useCallback(async () => {
    const answer = await api.list()
    if (typeof answer === 'string') {
      setStatus(answer === 'signed-out' ? answer : 'failed')
      return
    }
    setSessions([...answer].sort(currentAndLatestFirst))
    setStatus('ready')
  }, [api])

  useEffect(() => {
    void reload()
  }, [reload])

  const thenReload = async (outcome: Promise<SessionCallOutcome>): Promise<SessionCallOutcome> => {
    const became = await outcome
    if (became === 'done') await reload()
    if (became === 'signed-out') setStatus(became)
    return became
  }

  return {
    status,
    sessions,
    reload,
    rename: (id, name) => thenReload(api.rename(id, name)),
    end: (id, password) => thenReload(api.end(id, password)),
    async endOthers(password) {
      const [first] = sessions
      if (!first) return 'failed'
      const user = { collection: first.userCollection, id: first.userId }
      return thenReload(api.endOthers(user, password))
    },
  }
}

const currentAndLatestFirst = (one: SessionDoc, other: SessionDoc) =>
  Number(other.isCurrent) - Number(one.isCurrent) ||
  Date.parse(other.lastRefreshedAt) - Date.parse(one.lastRefreshedAt)
