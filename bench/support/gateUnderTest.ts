import { type AuthStrategyFunctionArgs, jwtSign, type Payload } from 'payload'
import type { Denylist } from '../../src/core/denylist.js'
import { builtPackage } from './builtPackage.js'

/**
 * The functions to time. Each takes the number of the call, so that two calls in a row use
 * different tokens.
 */
export interface GateUnderTest {
  denylist: Denylist
  /** The ids of the tokens. */
  ids: string[]
  /**
   * From an `Authorization` header to the claims and the verdict: without I/O, and without Payload.
   */
  verdictByHeader(index: number): void
  /** The same from a browser's cookies. */
  verdictByCookie(index: number): void
  /** The gate's strategy as Payload calls it, with a browser's cookies. */
  gate(index: number): Promise<unknown>
  /**
   * Everything that a request costs: the gate, and its second check after Payload verified the
   * token.
   */
  wholeRequest(index: number): Promise<unknown>
}

/** Takes the gate out of a running Payload, with `count` good tokens for it. */
export async function gateUnderTest(payload: Payload, count: number): Promise<GateUnderTest> {
  const [{ extractToken }, { readToken }, { processWide }, { uuidv7 }] = await Promise.all([
    builtPackage('core/extractToken'),
    builtPackage('core/token'),
    builtPackage('core/processWide'),
    builtPackage('core/uuidv7'),
  ])
  const runtime = processWide().runtimes.get(payload)
  const gate = payload.authStrategies[0]?.authenticate
  if (!runtime || !gate) throw new Error('The plugin is not in this Payload')
  const { denylist, location } = runtime

  const { docs } = await payload.find({ collection: 'users', limit: 1 })
  const user = { ...docs[0], id: docs[0]?.id ?? 0, collection: 'users' }
  const ids = Array.from({ length: count }, () => uuidv7(Date.now()))
  const tokens = await Promise.all(ids.map((jti) => sign(payload, user, jti)))
  const byHeader = tokens.map((token) => browser({ Authorization: `JWT ${token}` }))
  const byCookie = tokens.map((token) =>
    browser({ Cookie: `theme=dark; payload-theme=light; payload-token=${token}; lng=en` }),
  )

  const verdict = (all: Headers[], index: number) => {
    const extracted = extractToken(all[index % count] as Headers, location)
    const token = extracted && readToken(extracted.text)
    if (!token || denylist.verdict(token).status !== 'valid') throw new Error('not a good token')
  }
  const args = (index: number): AuthStrategyFunctionArgs => ({
    canSetHeaders: true,
    headers: byCookie[index % count] as Headers,
    isGraphQL: false,
    payload,
    strategyName: '',
  })

  // The gate wraps Payload's own strategy. Here a strategy that finds the user at once replaces it.
  const local = payload.authStrategies.findIndex(({ name }) => name === 'local-jwt')
  const authenticate = async () => ({ user: { ...user } })
  payload.authStrategies[local] = { name: 'local-jwt', authenticate }
  await gate(args(0))
  const guarded = payload.authStrategies[local].authenticate
  if (guarded === authenticate) throw new Error('The gate no longer wraps the local strategy')

  return {
    denylist,
    ids,
    verdictByHeader: (index) => verdict(byHeader, index),
    verdictByCookie: (index) => verdict(byCookie, index),
    gate: async (index) => gate(args(index)),
    async wholeRequest(index) {
      const shared = args(index)
      await gate(shared)
      const { user } = await guarded(shared)
      if (!user) throw new Error('A good token was refused')
    },
  }
}

const sign = async (payload: Payload, user: { id: number | string }, jti: string) => {
  const { token } = await jwtSign({
    fieldsToSign: { ...user, jti, sid: crypto.randomUUID() },
    secret: payload.secret,
    tokenExpiration: 7_200,
  })
  return token
}

/** The headers of a browser's request, and these in addition. */
const browser = (headers: Record<string, string>) =>
  new Headers({
    Accept: 'application/json, text/plain, */*',
    'Accept-Encoding': 'gzip, deflate, br',
    'Accept-Language': 'en-US,en;q=0.9',
    Host: '127.0.0.1:3000',
    'Sec-Fetch-Site': 'same-origin',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ...headers,
  })
