import type { Redis } from 'ioredis'
import { jwtSign } from 'payload'
import type { Token } from '../../src/core/token.js'
import { builtPackage } from './builtPackage.js'
import { fillRedis } from './fillRedis.js'
import { goodTokens } from './goodTokens.js'
import { localDenylist, teachMixed, tokenEnded } from './localDenylist.js'
import {
  blacklistInMemory,
  blacklistInRedis,
  kvRedis,
  type LocalPeer,
  type RemotePeer,
} from './peers.js'
import { forEachRandomId, randomIds } from './randomIds.js'
import { type Timing, timeBatches, timeEachInTurn, timeFresh } from './timeEach.js'

/** Something that can tell whether a token is revoked. */
export interface Contestant {
  readonly name: string
  readonly isInRedis: boolean
  /** Adds revocations that no call asks about. */
  add(count: number): Promise<void> | void
  /** Asks about good tokens that were not used before. */
  time(calls: number): Promise<Timing> | Timing
}

const LIFETIME_MS = 7_200_000

const at = <Value>(values: readonly Value[], index: number) => values[index] as Value

/** Our verdict, for a parsed token, and for a token that must first be found in the headers. */
export async function ours(): Promise<Contestant[]> {
  const denylist = await localDenylist()
  const { extractToken, DEFAULT_TOKEN_LOCATION } = await builtPackage('core/extractToken')
  const { readToken } = await builtPackage('core/token')
  const allHeaders = await goodHeaders(1_000)
  const isGood = (token: Token | undefined) =>
    token !== undefined && denylist.verdict(token).status === 'valid'

  const [ended] = goodTokens(1)
  denylist.learn([tokenEnded(ended?.id ?? '')])
  require(!isGood(ended), 'ours')
  return [
    {
      name: 'ours, token at hand',
      isInRedis: false,
      add: (count) => teachMixed(denylist, count),
      time: (calls) => timeFresh(calls, goodTokens, (token) => require(isGood(token), 'ours')),
    },
    {
      name: 'ours, from the headers',
      isInRedis: false,
      add: () => {},
      time: (calls) =>
        timeBatches(calls, (index) => {
          const headers = at(allHeaders, index % allHeaders.length)
          const extracted = extractToken(headers, DEFAULT_TOKEN_LOCATION)
          require(isGood(extracted && readToken(extracted.text)), 'ours')
        }),
    },
  ]
}

/** For comparison: one look-up of the id, without expiry, sessions or users. */
export function mapOfIds(): Contestant {
  const revoked = new Map<string, number>()
  return local({
    name: 'Map.has (of the id alone)',
    isRevoked: (id) => revoked.has(id),
    revoke: (id) => revoked.set(id, LIFETIME_MS),
  })
}

export async function memoryPeers(): Promise<Contestant[]> {
  const peer = await blacklistInMemory()
  return peer ? [local(peer)] : []
}

function local({ name, select, isRevoked, revoke }: LocalPeer): Contestant {
  const [ended = '', good = ''] = randomIds(2)
  select?.()
  revoke(ended)
  require(isRevoked(ended) && !isRevoked(good), name)
  return {
    name,
    isInRedis: false,
    add(count) {
      select?.()
      forEachRandomId(count, revoke)
    },
    time(calls) {
      select?.()
      return timeFresh(calls, randomIds, (id) => require(!isRevoked(id), name))
    },
  }
}

/** All contestants that use one Redis. The first of them fills it. */
export async function askersOfRedis(client: Redis, port: number): Promise<Contestant[]> {
  const exists: RemotePeer = {
    name: 'EXISTS (ioredis)',
    isRevoked: async (id) => (await client.exists(`revocation:jti:${id}`)) === 1,
    revoke: (id) => client.set(`revocation:jti:${id}`, 'logout'),
  }
  const peers = [exists, await kvRedis(port), await blacklistInRedis(port)].filter((peer) => !!peer)
  for (const { name, select, isRevoked, revoke } of peers) {
    const [ended = '', good = ''] = randomIds(2)
    select?.()
    await revoke(ended)
    require((await isRevoked(ended)) && !(await isRevoked(good)), name)
  }
  return peers.map(({ name, select, isRevoked }) => ({
    name,
    isInRedis: true,
    add: name === exists.name ? (count) => fillRedis(client, count) : () => {},
    time(calls) {
      select?.()
      const ids = randomIds(calls)
      return timeEachInTurn(calls, (index) => isRevoked(at(ids, index)))
    },
  }))
}

async function goodHeaders(count: number): Promise<Headers[]> {
  const { uuidv7 } = await builtPackage('core/uuidv7')
  const all: Headers[] = []
  for (let index = 0; index < count; index += 1) {
    const jti = uuidv7(Date.now())
    const { token } = await jwtSign({
      fieldsToSign: { id: index, collection: 'users', jti, sid: `session-${jti}` },
      secret: 'a-secret-of-the-benchmark',
      tokenExpiration: LIFETIME_MS / 1_000,
    })
    all.push(new Headers({ Accept: 'application/json', Authorization: `JWT ${token}` }))
  }
  return all
}

/** A fast but wrong answer must not win. */
function require(isRight: boolean, name: string) {
  if (!isRight) throw new Error(`${name} gave a wrong answer`)
}
