import { VARIANTS, type Variant } from './app/variants.js'
import { login, me } from './support/client.js'
import { type Answer, atLeast, figure, Rounds, rotated } from './support/figures.js'
import { SERVED, withServers } from './support/nextApp.js'
import { READER } from './support/openPayload.js'

const COMPARED = ['default', 'stateless', 'plugin'] as const satisfies Variant[]
const AT_ONCE = 32
const TRIES = 3

type What = 'working' | 'distinct' | 'rate'

/** How many logins does an app handle, and does every overlapping login get a working token? */
export const logins = (): Promise<Answer> =>
  withServers(COMPARED, async (servers) => {
    const rounds = new Rounds<`${Variant} ${What}`>()
    for (const variant of COMPARED) await login(servers[variant].url, READER)
    for (let round = 0; round < TRIES; round += 1) {
      for (const variant of rotated(COMPARED, round)) {
        const { distinct, working, perSecond } = await loginAtOnce(servers[variant].url)
        rounds.add(`${variant} distinct`, distinct)
        rounds.add(`${variant} working`, working)
        rounds.add(`${variant} rate`, perSecond)
      }
    }
    const of = (variant: Variant, what: string, unit: string, name: What) =>
      figure(`${VARIANTS[variant].title}: ${what}`, unit, rounds.of(`${variant} ${name}`))
    const ofAll = (what: string, unit: string, name: What) =>
      COMPARED.map((variant) => of(variant, what, unit, name))
    const leastWorking = Math.min(...rounds.of('plugin working'))
    return {
      question: 'How many logins per second, and how many tokens work when they overlap?',
      how: `${SERVED}; ${AT_ONCE} logins of one user at once, each token then shown to /me; ${TRIES} interleaved tries. The rate is that of the ${AT_ONCE}, which share two cores with the other servers and the one who asks.`,
      figures: [
        ...ofAll('tokens that work', `of ${AT_ONCE}`, 'working'),
        ...ofAll('distinct tokens', `of ${AT_ONCE}`, 'distinct'),
        ...ofAll('logins', 'logins/s', 'rate'),
      ],
      goals: [
        atLeast(
          figure('with the plugin: tokens that work, in the worst try', `of ${AT_ONCE}`, [
            leastWorking,
          ]),
          AT_ONCE,
        ),
      ],
    }
  })

async function loginAtOnce(url: string) {
  const start = performance.now()
  const tokens = await Promise.all(Array.from({ length: AT_ONCE }, () => login(url, READER)))
  const perSecond = (AT_ONCE / (performance.now() - start)) * 1_000
  let working = 0
  for (const token of tokens) if ((await me(url, token)).isUser) working += 1
  return { distinct: new Set(tokens).size, working, perSecond }
}
