import { VARIANT_NAMES, VARIANTS, type Variant } from './app/variants.js'
import { login, logout, me, show } from './support/client.js'
import { type Answer, figure, Rounds, ratio, rotated } from './support/figures.js'
import { load } from './support/load.js'
import { SERVED, type Server, withServers } from './support/nextApp.js'
import { READER } from './support/openPayload.js'

const CONNECTIONS = 10
const ROUNDS = 3
const SECONDS = 5
const REFUSAL = 'refusal'

type Case = Variant | typeof REFUSAL
type Name = `${Case} ${'rate' | 'p99'}`

/** How many requests to `/api/users/me` does an app answer, and how many revoked tokens? */
export const meThroughput = (): Promise<Answer> =>
  withServers(async (servers) => {
    const cases = await prepare(servers)
    const rounds = new Rounds<Name>()
    for (const { name, ...request } of cases) {
      await load({ ...request, connections: CONNECTIONS, seconds: 2 })
      console.error(`  warm: ${name}`)
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, ...request } of rotated(cases, round)) {
        const seconds = name === REFUSAL ? 3 : SECONDS
        const { perSecond, p99Ms } = await load({ ...request, connections: CONNECTIONS, seconds })
        rounds.add(`${name} rate`, perSecond)
        rounds.add(`${name} p99`, p99Ms)
      }
    }
    await verify(servers, cases)
    return report(rounds)
  })

interface Prepared {
  name: Case
  url: string
  headers: { Authorization: string }
  token: string
  expected: '2xx' | '4xx'
}

async function prepare(servers: Record<Variant, Server>): Promise<Prepared[]> {
  const cases: Prepared[] = []
  for (const variant of VARIANT_NAMES) {
    const { url } = servers[variant]
    cases.push(caseOf(variant, url, await login(url, READER)))
  }
  const { url } = servers.plugin
  const revoked = await login(url, READER)
  await logout(url, revoked)
  cases.push(caseOf(REFUSAL, url, revoked))
  await verify(servers, cases)
  return cases
}

const caseOf = (name: Case, url: string, token: string): Prepared => ({
  name,
  url: `${url}/api/users/me`,
  headers: show(token),
  token,
  expected: name === REFUSAL ? '4xx' : '2xx',
})

/** `/me` answers 200 without a user too: before and after, the answers must be the right ones. */
async function verify(servers: Record<Variant, Server>, cases: Prepared[]) {
  for (const { name, token } of cases) {
    const isRefusal = name === REFUSAL
    const { status, isUser } = await me(servers[isRefusal ? 'plugin' : name].url, token)
    if (status !== (isRefusal ? 401 : 200) || isUser === isRefusal) {
      throw new Error(`/me, ${name}: ${status}, ${isUser ? 'a' : 'no'} user`)
    }
  }
}

function report(rounds: Rounds<Name>): Answer {
  const rate = (name: Case) => rounds.of(`${name} rate`)
  const title = (name: Case) => (name === REFUSAL ? 'revoked token refused' : VARIANTS[name].title)
  const cases: Case[] = [...VARIANT_NAMES, REFUSAL]
  return {
    question: 'How many GET /api/users/me does one process answer?',
    how: `${SERVED}; autocannon on the same machine, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds of ${SECONDS} s (refusals 3 s).`,
    figures: [
      ...cases.map((name) => figure(title(name), 'requests/s', rate(name))),
      ...cases.map((name) => figure(`${title(name)}, p99`, 'ms', rounds.of(`${name} p99`))),
      ratio("with the plugin / Payload's default", rate('plugin'), rate('default')),
      ratio('with the plugin / stateless, no plugin', rate('plugin'), rate('stateless')),
      ratio("revoked token refused / Payload's default", rate(REFUSAL), rate('default')),
    ],
  }
}
