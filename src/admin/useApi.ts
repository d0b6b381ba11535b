'use client'
import { useConfig, useTranslation } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { formatAdminURL } from 'payload/shared'
import { useMemo } from 'react'
import type { ErrorAnswer } from '../wire/errors.js'
import { ApiError } from './apiError.js'
import { useStrings } from './useStrings.js'

export interface Api {
  /** @throws ApiError with a message for the reader */
  get<Answer>(path: `/${string}`): Promise<Answer>
  /** @throws ApiError with a message for the reader */
  post<Answer>(path: `/${string}`, body: object): Promise<Answer>
}

/** Payload's REST API as the signed-in user. A 401 leads to the login page. */
export function useApi(): Api {
  const { config } = useConfig()
  const { i18n } = useTranslation()
  const t = useStrings()
  const router = useRouter()
  const { api: apiRoute } = config.routes
  const { serverURL } = config
  const unreachable = t('unreachable')

  return useMemo(() => {
    const send = async <Answer>(path: `/${string}`, init: RequestInit = {}): Promise<Answer> => {
      const url = formatAdminURL({ apiRoute, path, serverURL })
      const headers = { 'Accept-Language': i18n.language, ...init.headers }
      const response = await fetch(url, { ...init, headers, credentials: 'include' }).catch(
        (cause: unknown) => {
          throw new ApiError({ status: 0, message: unreachable }, { cause })
        },
      )
      const body: unknown = await response.json().catch(() => undefined)
      // The server renders the page anew and finds nobody signed in.
      if (response.status === 401) router.refresh()
      if (!response.ok) throw errorIn(response.status, body)
      return body as Answer
    }
    return {
      get: (path) => send(path),
      post: (path, body) =>
        send(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        }),
    }
  }, [apiRoute, serverURL, i18n.language, unreachable, router])
}

function errorIn(status: number, body: unknown): ApiError {
  const { errors } = (body ?? {}) as Partial<ErrorAnswer>
  const { message = `HTTP ${status}`, name: code } = errors?.[0] ?? {}
  return new ApiError({ status, code, message })
}
