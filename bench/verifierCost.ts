import { createHash } from 'node:crypto'
import { jwtSign } from 'payload'
import type { Feed, Follower } from '../src/core/ports.js'
import { builtPackage } from './support/builtPackage.js'
import { type Answer, atMost, figure, Rounds, ratio, rotated } from './support/figures.js'
import { tokenEnded } from './support/localDenylist.js'
import { josePackages } from './support/peers.js'
import { randomIds } from './support/randomIds.js'
import { timeEachInTurn } from './support/timeEach.js'

const SECRET = 'a-secret-of-the-benchmark'
const TOKENS = 1_000
const REVOKED = 100_000
const ROUNDS = 15
const CALLS = 3_000
const AT_ONCE = 50

/** What does `createVerifier` cost for a good token, beside the signature and claims alone? */
export async function verifierCost(): Promise<Answer> {
  const [jose, jose5] = await josePackages()
  if (!jose || !jose5)
    throw new Error('bench/peers is not installed, and there is nothing to compare with')
  const { createVerifier } = await builtPackage('verify/createVerifier')
  const verify = createVerifier({ secret: SECRET, feed: feedOf(randomIds(REVOKED)) })
  const key = await payloadKey()
  const tokens = await goodTexts(TOKENS)
  const text = (index: number) => tokens[index % TOKENS] as string
  const headers = tokens.map((token) => new Headers({ Authorization: `Bearer ${token}` }))

  const verifyWith = (package_: typeof jose) => async (index: number) => {
    const { payload } = await package_.jwtVerify(text(index), key, { algorithms: ['HS256'] })
    if (payload.collection !== 'users') throw new Error('jose: a wrong answer')
  }
  const works = {
    'jose.jwtVerify': verifyWith(jose),
    'jose.jwtVerify of jose 5': verifyWith(jose5),
    createVerifier: async (index: number) => {
      if (!(await verify(text(index))).ok) throw new Error('createVerifier: a wrong answer')
    },
    'createVerifier, from the headers': async (index: number) => {
      const { ok } = await verify(headers[index % TOKENS] as Headers)
      if (!ok) throw new Error('createVerifier: a wrong answer')
    },
  }
  const rounds = new Rounds<string>()
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const [name, work] of rotated(Object.entries(works), Math.max(0, round))) {
      const { p50, p99 } = await timeEachInTurn(CALLS, work)
      const each = await timeTogether(work)
      if (round < 0) continue
      rounds.add(`${name}, p50`, p50)
      rounds.add(`${name}, p99`, p99)
      rounds.add(`${name}, ${AT_ONCE} at once, each`, each)
    }
  }
  const kinds = ['p50', 'p99', `${AT_ONCE} at once, each`]
  const names = Object.keys(works).flatMap((name) => kinds.map((kind) => `${name}, ${kind}`))
  const against = (kind: string) =>
    ratio(
      `createVerifier / jose.jwtVerify, ${kind}`,
      rounds.of(`createVerifier, ${kind}`),
      rounds.of(`jose.jwtVerify, ${kind}`),
    )
  const ratios = [against('p50'), against(`${AT_ONCE} at once, each`)]
  return {
    question: 'What does the verifier cost for a good token, beside jose.jwtVerify alone?',
    how: `HS256 by WebCrypto, the key derived as Payload does and imported once in all. jose is 6.2.18; jose 5.10.0, which Payload has, uses Node’s own crypto instead. All check signature, algorithm, exp and nbf; ours also authVersion and whether it is among ${REVOKED.toLocaleString('en')} revoked tokens. ${TOKENS} tokens in turn, ${ROUNDS} interleaved rounds of ${CALLS} calls after two that do not count: one after another, then ${AT_ONCE} at once.`,
    figures: [...names.map((name) => figure(name, 'µs', rounds.of(name))), ...ratios],
    goals: ratios.map((each) => atMost(each, 1.1)),
  }
}

/** Microseconds for each call. */
async function timeTogether(work: (index: number) => Promise<void>): Promise<number> {
  const start = performance.now()
  for (let first = 0; first < CALLS; first += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(first + index)))
  return ((performance.now() - start) / CALLS) * 1_000
}

/** A feed in this process that is always complete. */
function feedOf(ids: readonly string[]): Feed {
  const complete = (by: Follower) => by.complete(performance.now(), performance.now())
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    publish: async () => {},
    vouch: async () => {},
    follow(by) {
      by.learn(ids.map((id) => tokenEnded(id)))
      complete(by)
      timer = setInterval(complete, 1_000, by).unref()
    },
    refresh: async () => {},
    close: async () => clearInterval(timer),
  }
}

/** The key that Payload derives from its secret. */
function payloadKey(): Promise<CryptoKey> {
  const material = createHash('sha256').update(SECRET).digest('hex').slice(0, 32)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', Buffer.from(material), algorithm, false, ['verify'])
}

async function goodTexts(count: number): Promise<string[]> {
  const { uuidv7 } = await builtPackage('core/uuidv7')
  const texts: string[] = []
  for (let index = 0; index < count; index += 1) {
    const jti = uuidv7(Date.now())
    const { token } = await jwtSign({
      fieldsToSign: {
        id: index,
        collection: 'users',
        email: `${index}@example.com`,
        jti,
        sid: jti,
      },
      secret: createHash('sha256').update(SECRET).digest('hex').slice(0, 32),
      tokenExpiration: 7_200,
    })
    texts.push(token)
  }
  return texts
}
