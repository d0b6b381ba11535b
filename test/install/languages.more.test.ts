import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../support/createApp.js'
import { type Login, login } from '../support/login.js'
import { PATHS } from '../support/oauth.js'
import { serveFetch } from '../support/serveFetch.js'
import { signToken } from '../support/signToken.js'
import { type Ask, createLanguageServices, SNIPPETS } from './languageServices.js'

const ORDERS = { id: 'orders', secret: 'a-secret-of-the-service-of-orders-01', claims: ['email'] }
const LANGUAGES = ['python', 'go', 'php', 'bash'] as const

let app: App
let server: Awaited<ReturnType<typeof serveFetch>>
let services: ReturnType<typeof createLanguageServices>
let ask: Record<(typeof LANGUAGES)[number], Ask>

type Broken = (request: Request) => Response | Promise<Response>
/** Answers in place of the application. */
let broken: Broken | undefined

beforeAll(async () => {
  const starting = createApp({ plugin: { services: [ORDERS] } })
  server = await serveFetch(async (request) => (broken ?? (await starting).send)(request))
  services = createLanguageServices({
    INTROSPECT_URL: server.origin + PATHS.introspect,
    ORDERS_SECRET: ORDERS.secret,
  })
  const [python, go, php] = await Promise.all([
    services.python('serve'),
    services.go(),
    services.php(),
  ])
  ask = { python, go, php, bash: services.bash() }
  app = await starting
})
afterAll(async () => {
  await services?.stop()
  await app?.close()
  await server?.close()
})

const inAll = async (token: string) =>
  Object.fromEntries(
    await Promise.all(LANGUAGES.map(async (each) => [each, (await ask[each](token)).status])),
  ) as Record<string, number>

const THROUGH = { python: 200, go: 200, php: 200, bash: 200 }
const CLOSED = { python: 503, go: 503, php: 503, bash: 503 }

/** What a form, a header, a shell or curl's own configuration might take for something else. */
const ODD = ['a.b.c', 'a&token=b', '@/etc/hostname', '"', '$(exit 0)', '-', '%20']
const ODD_IN_A_SHELL = ['', ' ', 'x"\noutput = "x']

describe.each(LANGUAGES)('a service in %s that introspects', (language) => {
  it('takes ten lines, besides imports and closing brackets (Go: seventeen)', () => {
    const lines = SNIPPETS[language]
      .replace(/^import \([\s\S]*?^\)/m, '')
      .split('\n')
      .filter((line) => /\w/.test(line) && !/^(?:#|\/\/|<\?php|import |from |package )/.test(line))
    expect(lines.length).toBeGreaterThan(7)
    expect(lines.length).toBeLessThanOrEqual(language === 'go' ? 17 : 10)
  })

  it('lets a good token in until it is revoked, and not once more', async () => {
    const { jwt, token } = await login(app)
    const good = await ask[language](token)
    expect(good.status).toBe(200)
    if (language !== 'bash') expect(JSON.parse(good.body)).toMatchObject({ sub: 'users:1' })
    await app.request('/api/users/logout', { method: 'POST', headers: jwt })
    expect((await ask[language](token)).status).toBe(401)
  })

  it('refuses a request without a token, and with a forged or odd one', async () => {
    expect((await ask[language]()).status).toBe(401)
    const { claims }: Login = await login(app)
    const forged = [
      signToken(claims, { secret: 'another-secret' }),
      signToken(claims, { header: { alg: 'none' } }),
      signToken({ ...claims, exp: 1 }),
    ]
    const odd = language === 'bash' ? [...ODD, ...ODD_IN_A_SHELL] : ODD
    for (const text of [...forged, ...odd]) {
      expect(`${text} ${(await ask[language](text)).status}`).toBe(`${text} 401`)
    }
  })
})

describe('services that introspect, without the answer that they need', () => {
  const active = { active: true, sub: 'users:1' }
  const isElsewhere = ({ url }: Request) => new URL(url).pathname === '/elsewhere'
  const answers: [what: string, answer: Broken][] = [
    ['503', () => Response.json({ error: 'temporarily_unavailable' }, { status: 503 })],
    ['active, with 500', () => Response.json(active, { status: 500 })],
    ['active, with 203', () => Response.json(active, { status: 203 })],
    [
      'a redirect to where everything is active',
      (request) =>
        isElsewhere(request)
          ? Response.json(active)
          : Response.redirect(new URL('/elsewhere', server.origin), 307),
    ],
    ['a page', () => new Response('<h1>Welcome</h1>')],
    ['nothing', () => new Response('')],
    ['silence', () => new Promise(() => {})],
  ]
  it.each(answers)('answer 503: %s', async (_, answer) => {
    const { token } = await login(app)
    broken = answer
    expect(await inAll(token)).toEqual(CLOSED)
    broken = undefined
    expect(await inAll(token)).toEqual(THROUGH)
  })

  const almost = [null, [], {}, { active: 'true' }, { active: 1 }, { active: false, a: active }]
  it.each(almost.map((answer) => [answer]))('are closed to %j', async (answer) => {
    broken = () => Response.json(answer)
    for (const status of Object.values(await inAll('any'))) expect([401, 503]).toContain(status)
    broken = undefined
  })

  it('answer 503 when the application is down', async () => {
    const { token } = await login(app)
    expect(await inAll(token)).toEqual(THROUGH)
    await server.close()
    expect(await inAll(token)).toEqual(CLOSED)
  })
})
