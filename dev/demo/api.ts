export interface Answer {
  body: unknown
  headers: Headers
  request: string
  status: number
}

export type Credential = { bearer: string } | { cookie: string }

interface Call {
  credential?: Credential
  json?: unknown
}

/** One real HTTP request to the running app. Redirects are shown, not followed. */
export function createApi(origin: string) {
  return async (request: string, { credential, json }: Call = {}): Promise<Answer> => {
    const [method = 'GET', target = '/'] = request.split(' ')
    const response = await fetch(origin + target, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      headers: {
        // Sent like a page navigation of a browser. A script would get 401 instead of a redirect.
        Accept: 'text/html,*/*',
        ...credentialHeader(credential),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const isJson = response.headers.get('Content-Type')?.includes('application/json')
    const body: unknown = isJson ? await response.json() : await response.text()
    return { body, headers: response.headers, request, status: response.status }
  }
}

export type Api = ReturnType<typeof createApi>

/** The value at `path` in parsed JSON; undefined if there is none. */
export function pick(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    body,
  )
}

function credentialHeader(credential: Credential | undefined): Record<string, string> {
  if (!credential) return {}
  return 'bearer' in credential
    ? { Authorization: `Bearer ${credential.bearer}` }
    : { Cookie: `payload-token=${credential.cookie}` }
}

export function bearer({ token }: { token: string }): Credential {
  return { bearer: token }
}
