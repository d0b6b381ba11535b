/** One request of a list that both apps are asked. */
export interface Ask {
  /** `GET /path` or another method. */
  readonly line: string
  /** Who asks, by the cookies of an earlier login. Default: a stranger. */
  readonly as?: string
  readonly json?: object
  readonly form?: () => FormData
  readonly headers?: Readonly<Record<string, string>>
}

/** One of the two apps, with the cookies of everybody who visits it. */
export interface Site {
  readonly origin: string
  readonly cookies: Map<string, Map<string, string>>
}

export const siteAt = (origin: string): Site => ({ origin, cookies: new Map() })

/** What a site answers, without what differs from one run to the next. */
export interface Told {
  status: number
  headers: Record<string, string>
  cookies: string[]
  body: string
}

export async function ask(site: Site, request: Ask): Promise<Told> {
  const response = await send(site, request)
  const text = told(await response.text(), site.origin)
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html')
  const headers = [...response.headers].filter(([name]) => !OF_THE_MOMENT.has(name))
  return {
    status: response.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, told(value, site.origin)])),
    cookies: response.headers.getSetCookie().map((each) => told(valueless(each), site.origin)),
    body: isPage ? withoutScripts(text) : text,
  }
}

async function send(site: Site, { line, as, json, form, headers }: Ask): Promise<Response> {
  const [method, path] = line.split(' ')
  const jar = as === undefined ? undefined : (site.cookies.get(as) ?? new Map<string, string>())
  const cookie = [...(jar ?? [])].map((pair) => pair.join('=')).join('; ')
  const response = await fetch(`${site.origin}${path}`, {
    ...(method && { method }),
    redirect: 'manual',
    headers: {
      ...(cookie && { Cookie: cookie }),
      ...(json && { 'Content-Type': 'application/json' }),
      // As browsers tell it: Payload asks for it where the config has `csrf`.
      ...(!headers?.Origin && { 'Sec-Fetch-Site': 'same-origin' }),
      ...headers,
    },
    ...(json && { body: JSON.stringify(json) }),
    ...(form && { body: form() }),
  })
  for (const each of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
    const isGone = /max-age=0|expires=\w+, 01[ -]jan[ -]1970/i.test(each) || value === ''
    if (isGone) jar?.delete(name)
    else jar?.set(name, value)
  }
  if (as !== undefined && jar) site.cookies.set(as, jar)
  return response
}

const OF_THE_MOMENT = new Set([
  ...['connection', 'content-length', 'date', 'etag', 'keep-alive', 'last-modified', 'set-cookie'],
  ...['transfer-encoding', 'x-nextjs-cache'],
])

/** Moments, ids and secrets that no two runs have in common. */
const told = (text: string, origin: string) =>
  text
    .replaceAll(origin, '<origin>')
    .replaceAll(origin.replace('http://', ''), '<host>')
    .replaceAll(`:${new URL(origin).port}`, ':<port>')
    // Payload's own list of sessions, which the plugin takes the place of: to keep it, Payload
    // saves the user at each login, and answers with half of what it saved.
    .replace(/"sessions":\[[^\]]*\],|,"sessions":\[[^\]]*\]/g, '')
    .replaceAll('"updatedAt":null', '"updatedAt":"<time>"')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replace(/\b\w{3}, \d\d[ -]\w{3}[ -]\d{4} \d\d:\d\d:\d\d GMT/g, '<time>')
    .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g, '<time>')
    .replace(/(?<![\w.-])1[789]\d{8}(?:\d{3})?(?![\w.-])/g, '<time>')
    .replace(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<uuid>')
    .replace(/\b(?:[\da-f]{24}|[\da-f]{40})\b/g, '<id>')
    // Without the plugin, what Payload saves at a login on MongoDB comes back without it.
    .replace(/(Authentication Passed.*?)"updatedAt":"<time>",/, '$1')

/** The parts of a page arrive in scripts, in whatever order they are ready. */
const withoutScripts = (page: string) => page.replace(/<script\b[\s\S]*?<\/script>/g, '')

const valueless = (cookie: string) =>
  cookie.replace(/^([^=]+)=([^;]*)/, (_, name, value) => `${name}=${value ? '<value>' : ''}`)
