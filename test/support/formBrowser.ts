/** A browser for pages of forms: it keeps cookies, follows redirects and submits forms. */
export function createFormBrowser() {
  /** By origin and name. */
  const jar = new Map<string, string>()

  const cookiesFor = (url: URL) =>
    [...jar].flatMap(([key, value]) => {
      const [origin, name] = key.split(' ')
      return origin === url.origin && value !== '' ? [`${name}=${value}`] : []
    })

  const visit = async (address: string, form?: Record<string, string>): Promise<Page> => {
    const url = new URL(address)
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: cookiesFor(url).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(`${url.origin} ${name}`, value)
    }
    const location = answer.headers.get('Location')
    const body = await answer.text()
    if (location && answer.status >= 300 && answer.status < 400) {
      return visit(new URL(location, url).href)
    }
    return { address: url.href, body, status: answer.status }
  }

  return {
    visit,
    cookie: (origin: string, name: string) => jar.get(`${origin} ${name}`),
    /** Submits the form of a page, with its hidden fields and these. */
    submit({ address, body }: Page, fields: Record<string, string> = {}): Promise<Page> {
      const action = /<form[^>]* action="([^"]+)"/.exec(body)?.[1]
      if (!action) throw new Error(`No form at ${address}: ${body}`)
      const hidden = [...body.matchAll(/name="([^"]+)"[^>]* value="([^"]*)"/g)]
      const values = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
      return visit(new URL(action, address).href, { ...values, ...fields })
    },
  }
}

export interface Page {
  readonly address: string
  readonly body: string
  readonly status: number
}
