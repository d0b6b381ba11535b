import { SERVICE } from './app/service.js'
import { VARIANTS } from './app/variants.js'
import { login, me, show } from './support/client.js'
import { type Answer, atLeast, ratio } from './support/figures.js'
import { SERVED, type Server, withServers } from './support/nextApp.js'
import { READER } from './support/openPayload.js'
import { type Case, throughput } from './support/throughput.js'

const COURSE = { connections: 10, rounds: 7, seconds: 1 }
const TITLES = {
  default: `${VARIANTS.default.title}: /me`,
  plugin: 'with the plugin: /me',
  verify: 'with the plugin: verify',
  introspect: 'with the plugin: introspect',
} as const

/** How many questions of other services does an app answer? */
export const otherServices = (): Promise<Answer> =>
  withServers(['default', 'plugin'], async (servers) => {
    const { figures, rate } = await throughput(await prepare(servers), COURSE)
    const against = (one: keyof typeof TITLES) =>
      ratio(`${TITLES[one]} / ${TITLES.default}`, rate(TITLES[one]), rate(TITLES.default))
    return {
      question: 'How many questions of gateways and services does one process answer?',
      how: `${SERVED}; autocannon on the same machine, ${COURSE.connections} connections, ${COURSE.rounds} interleaved rounds of ${COURSE.seconds} s. All are about one good token, and read its user.`,
      figures: [...figures, against('verify'), against('introspect')],
      goals: [atLeast(against('verify'), 1), atLeast(against('introspect'), 0.8)],
    }
  })

async function prepare(servers: Record<'default' | 'plugin', Server>): Promise<Case[]> {
  const { url } = servers.plugin
  const [theirs, token] = [await login(servers.default.url, READER), await login(url, READER)]
  const cases: Case[] = [
    {
      title: TITLES.default,
      url: `${servers.default.url}/api/users/me`,
      headers: show(theirs),
      expected: '2xx',
    },
    { title: TITLES.plugin, url: `${url}/api/users/me`, headers: show(token), expected: '2xx' },
    {
      title: TITLES.verify,
      url: `${url}/api/revocation/verify`,
      headers: show(token),
      expected: '2xx',
    },
    {
      title: TITLES.introspect,
      url: `${url}/api/revocation/oauth/introspect`,
      headers: { Authorization: `Bearer ${SERVICE.secret}` },
      form: { token },
      expected: '2xx',
    },
  ]
  await expectRight(servers, { theirs, token })
  return cases
}

/** `/me` and introspection answer 200 also about a bad token. */
async function expectRight(
  { default: other, plugin }: Record<'default' | 'plugin', Server>,
  { theirs, token }: { theirs: string; token: string },
) {
  const answers = [await me(other.url, theirs), await me(plugin.url, token)]
  if (!answers.every(({ isUser }) => isUser)) throw new Error('/me: no user')
  const introspected = await fetch(`${plugin.url}/api/revocation/oauth/introspect`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SERVICE.secret}` },
    body: new URLSearchParams({ token }),
  })
  const { active } = (await introspected.json()) as { active?: boolean }
  if (!active) throw new Error('introspect: not active')
}
