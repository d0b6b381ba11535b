/** A browser at an app: its cookies, and what it asks. */
export interface Visitor {
  /** The cookies, by name. */
  readonly cookies: Map<string, string>
  ask(path: string, request?: Asking): Promise<Response>
  json<Body = Record<string, unknown>>(
    path: string,
    request?: Asking,
  ): Promise<{ status: number; body: Body }>
  /** Somebody who has stolen the cookies as they are now. */
  thief(): Visitor
}

interface Asking {
  method?: string
  body?: object
  /** Sent as a form. */
  form?: Record<string, string>
  headers?: Record<string, string>
}

export function visitorOf(origin: string, cookies = new Map<string, string>()): Visitor {
  const ask: Visitor['ask'] = async (path, { method, body, form, headers } = {}) => {
    const content = body ? JSON.stringify(body) : form && new URLSearchParams(form).toString()
    const type = body ? 'application/json' : 'application/x-www-form-urlencoded'
    const answer = await fetch(new URL(path, origin), {
      method: method ?? (content === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        Origin: origin,
        Cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        ...(content !== undefined && { 'Content-Type': type }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    })
    for (const each of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      if (value && !/max-age=0\b/i.test(each)) cookies.set(name, value)
      else cookies.delete(name)
    }
    return answer
  }
  return {
    cookies,
    ask,
    async json<Body>(path: string, request?: Asking) {
      const answer = await ask(path, request)
      const text = await answer.text()
      return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Body }
    },
    thief: () => visitorOf(origin, new Map(cookies)),
  }
}
