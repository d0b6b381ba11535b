import { VARIANTS } from './app/variants.js'
import { login, logout, me, show } from './support/client.js'
import { type Answer, atLeast, ratio } from './support/figures.js'
import { SERVED, type Server, withServers } from './support/nextApp.js'
import { READER } from './support/openPayload.js'
import { type Case, throughput } from './support/throughput.js'

const COURSE = { connections: 10, rounds: 5, seconds: 2 }
const TITLES = {
  default: `${VARIANTS.default.title}: /me of a good token`,
  gate: "revoked token, Payload's gate refuses",
  guard: 'revoked token, the guard in proxy.ts refuses',
  exists: 'revoked token, hand-written EXISTS strategy (200, no user)',
  floor: 'an empty route handler (what Next.js itself takes)',
} as const
/** `bench/app/proxy.js` asks the guard for requests with this header. */
const GUARDED = { 'x-bench-guard': 'yes' }

/** How fast is a revoked token refused? */
export const refusal = (): Promise<Answer> =>
  withServers(['default', 'plugin', 'exists'], async (servers) => {
    const { figures, rate } = await throughput(await prepare(servers), COURSE)
    const against = (name: 'gate' | 'guard' | 'exists' | 'floor') =>
      ratio(`${TITLES[name]} / ${TITLES.default}`, rate(TITLES[name]), rate(TITLES.default))
    return {
      question: 'How fast is a revoked token refused, compared with answering a good one?',
      how: `${SERVED}; autocannon on the same machine, ${COURSE.connections} connections, ${COURSE.rounds} interleaved rounds of ${COURSE.seconds} s. The guard runs in the same process as Payload and is asked before it; no refusal can be faster than the empty route handler by much.`,
      figures: [...figures, against('gate'), against('guard'), against('exists'), against('floor')],
      goals: [atLeast(against('gate'), 5), atLeast(against('guard'), 5)],
    }
  })

async function prepare(servers: Record<'default' | 'plugin' | 'exists', Server>): Promise<Case[]> {
  const good = await login(servers.default.url, READER)
  const revoked = await revokedToken(servers.plugin)
  const denied = await revokedToken(servers.exists)
  const plugin = `${servers.plugin.url}/api/users/me`
  const { status } = await me(servers.plugin.url, revoked)
  const { isUser } = await me(servers.exists.url, denied)
  const guarded = await fetch(plugin, { headers: { ...show(revoked), ...GUARDED } })
  if (status !== 401 || guarded.status !== 401 || isUser) throw new Error('not refused')
  return [
    {
      title: TITLES.default,
      url: `${servers.default.url}/api/users/me`,
      headers: show(good),
      expected: '2xx',
    },
    { title: TITLES.gate, url: plugin, headers: show(revoked), expected: '4xx' },
    {
      title: TITLES.guard,
      url: plugin,
      headers: { ...show(revoked), ...GUARDED },
      expected: '4xx',
    },
    {
      title: TITLES.exists,
      url: `${servers.exists.url}/api/users/me`,
      headers: show(denied),
      expected: '2xx',
    },
    { title: TITLES.floor, url: `${servers.plugin.url}/floor`, headers: {}, expected: '4xx' },
  ]
}

async function revokedToken({ url }: Server): Promise<string> {
  const token = await login(url, READER)
  await logout(url, token)
  return token
}
