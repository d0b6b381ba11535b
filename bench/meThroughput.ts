import { VARIANT_NAMES, VARIANTS, type Variant } from './app/variants.js'
import { login, me, show } from './support/client.js'
import { type Answer, atLeast, ratio } from './support/figures.js'
import { SERVED, type Server, withServers } from './support/nextApp.js'
import { READER } from './support/openPayload.js'
import { throughput } from './support/throughput.js'

const COURSE = { connections: 10, rounds: 24, seconds: 1 }

/** How many requests to `/api/users/me` does an app answer? */
export const meThroughput = (): Promise<Answer> =>
  withServers(VARIANT_NAMES, async (servers) => {
    const tokens = await logInEverywhere(servers)
    await verify(servers, tokens)
    const cases = VARIANT_NAMES.map((variant) => ({
      title: VARIANTS[variant].title,
      url: `${servers[variant].url}/api/users/me`,
      headers: show(tokens[variant]),
      expected: '2xx' as const,
      cpuMs: servers[variant].cpuMs,
    }))
    const { cpu, figures, rate } = await throughput(cases, COURSE)
    await verify(servers, tokens)
    const ours = (other: Variant) =>
      ratio(
        `with the plugin / ${VARIANTS[other].title}`,
        rate(VARIANTS.plugin.title),
        rate(VARIANTS[other].title),
      )
    const cost = (other: Variant) =>
      ratio(
        `processor time, with the plugin / ${VARIANTS[other].title}`,
        cpu(VARIANTS.plugin.title),
        cpu(VARIANTS[other].title),
      )
    return {
      question: 'How many GET /api/users/me does one process answer?',
      how: `${SERVED}; autocannon on the same machine, ${COURSE.connections} connections, ${COURSE.rounds} interleaved rounds of ${COURSE.seconds} s. The plugin is embedded (no Redis); the hand-written strategy asks a Redis on the loopback. Ratios are those within a round. What a server takes of the processors for a request depends less than the rate on what else runs on this machine.`,
      figures: [
        ...figures,
        ...[ours('default'), ours('stateless'), ours('exists')],
        ...[cost('default'), cost('stateless'), cost('exists')],
      ],
      goals: [atLeast(ours('default'), 1.2), atLeast(ours('stateless'), 0.97)],
    }
  })

async function logInEverywhere(servers: Record<Variant, Server>) {
  const tokens: [Variant, string][] = []
  for (const variant of VARIANT_NAMES) {
    tokens.push([variant, await login(servers[variant].url, READER)])
  }
  return Object.fromEntries(tokens) as Record<Variant, string>
}

/** `/me` answers 200 without a user too, so the answers are checked before and after. */
async function verify(servers: Record<Variant, Server>, tokens: Record<Variant, string>) {
  for (const variant of VARIANT_NAMES) {
    const { status, isUser } = await me(servers[variant].url, tokens[variant])
    if (status !== 200 || !isUser) throw new Error(`/me, ${variant}: ${status}, no user`)
  }
}
