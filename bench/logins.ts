import { VARIANT_NAMES, VARIANTS, type Variant } from './app/variants.js'
import { login, me } from './support/client.js'
import { type Answer, figure, Rounds, rotated } from './support/figures.js'
import { load } from './support/load.js'
import { SERVED, withServers } from './support/nextApp.js'
import { READER, VISITOR } from './support/openPayload.js'

const AT_ONCE = 32
const CONNECTIONS = 8
const ROUNDS = 3
const SECONDS = 3

/** How many logins does an app take, and do overlapping ones all get a token that works? */
export const logins = (): Promise<Answer> =>
  withServers(async (servers) => {
    const rounds = new Rounds<`${Variant} ${'rate' | 'working' | 'distinct'}`>()
    for (const variant of VARIANT_NAMES) {
      const { distinct, working } = await loginAtOnce(servers[variant].url)
      rounds.add(`${variant} distinct`, distinct)
      rounds.add(`${variant} working`, working)
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const variant of rotated(VARIANT_NAMES, round)) {
        const { perSecond } = await load({
          url: `${servers[variant].url}/api/users/login`,
          body: VISITOR,
          connections: CONNECTIONS,
          seconds: SECONDS,
          expected: '2xx',
        })
        rounds.add(`${variant} rate`, perSecond)
      }
    }
    const figures = (what: string, unit: string, name: 'rate' | 'working' | 'distinct') =>
      VARIANT_NAMES.map((variant) =>
        figure(`${VARIANTS[variant].title}: ${what}`, unit, rounds.of(`${variant} ${name}`)),
      )
    return {
      question: 'How many logins per second, and how many tokens work when they overlap?',
      how: `${SERVED}; ${AT_ONCE} logins of one user at once, each token then shown to /me; then ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds of ${SECONDS} s.`,
      figures: [
        ...figures('tokens that work', `of ${AT_ONCE}`, 'working'),
        ...figures('distinct tokens', `of ${AT_ONCE}`, 'distinct'),
        ...figures('logins', 'logins/s', 'rate'),
      ],
    }
  })

async function loginAtOnce(url: string): Promise<{ distinct: number; working: number }> {
  const tokens = await Promise.all(Array.from({ length: AT_ONCE }, () => login(url, READER)))
  let working = 0
  for (const token of tokens) if ((await me(url, token)).isUser) working += 1
  return { distinct: new Set(tokens).size, working }
}
