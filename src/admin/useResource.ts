'use client'
import { useCallback, useEffect, useState } from 'react'
import { ApiError } from './apiError.js'
import { useApi } from './useApi.js'

export interface Resource<Doc> {
  readonly data: Doc | undefined
  readonly error: ApiError | undefined
  readonly reload: () => Promise<void>
}

/** What a path of the API answers, read again every `everyMs` while the page is visible. */
export function useResource<Doc>(
  path: `/${string}`,
  { everyMs }: { everyMs?: number } = {},
): Resource<Doc> {
  const api = useApi()
  const [data, setData] = useState<Doc>()
  const [error, setError] = useState<ApiError>()

  const reload = useCallback(async () => {
    try {
      setData(await api.get<Doc>(path))
      setError(undefined)
    } catch (cause) {
      setError(
        cause instanceof ApiError ? cause : new ApiError({ status: 0, message: String(cause) }),
      )
    }
  }, [api, path])

  useEffect(() => {
    void reload()
    if (!everyMs) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [reload, everyMs])

  return { data, error, reload }
}
