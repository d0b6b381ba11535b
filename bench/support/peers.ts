import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** How another package answers the same question. */
interface Peer<Answer> {
  readonly name: string
  /** Called before the others, because a package may have only one store per process. */
  select?(): void
  isRevoked(id: string): Answer
  revoke(id: string): unknown
}

/** Asks Redis. */
export type RemotePeer = Peer<Promise<boolean>>

/** Answers in the process, at once. */
export type LocalPeer = Peer<boolean>

/**
 * `has` of Payload's own key-value store. Version 3.90.2 was not published; 3.90.1 does the same.
 * It is in a separate folder, because Payload does not start together with a package of another
 * version.
 */
export async function kvRedis(port: number): Promise<RemotePeer | undefined> {
  const module = await peer<KvRedis>('@payloadcms/kv-redis')
  const redisURL = `redis://127.0.0.1:${port}`
  const store = module?.redisKVAdapter({ keyPrefix: 'revocation:jti:', redisURL }).init()
  return (
    store && {
      name: '@payloadcms/kv-redis has',
      isRevoked: (id) => store.has(id),
      revoke: (id) => store.set(id, {}),
    }
  )
}

export async function blacklistInRedis(port: number): Promise<RemotePeer | undefined> {
  const package_ = await blacklistWith({ type: 'redis', port })
  if (!package_) return undefined
  const { blacklist, select } = package_
  return {
    name: 'express-jwt-blacklist, Redis store',
    select,
    isRevoked: (id) =>
      new Promise((resolve, reject) => {
        blacklist.isRevoked({}, userOf(id), (error, is) => (error ? reject(error) : resolve(is)))
      }),
    revoke: (id) =>
      new Promise<void>((resolve, reject) => {
        blacklist.revoke(userOf(id), (error) => (error ? reject(error) : resolve()))
      }),
  }
}

/** Its entries have no expiry here, which would start a timer for each. */
export async function blacklistInMemory(): Promise<LocalPeer | undefined> {
  const package_ = await blacklistWith({ type: 'memory' })
  if (!package_) return undefined
  const { blacklist, select } = package_
  return {
    name: 'express-jwt-blacklist, memory store',
    select,
    isRevoked(id) {
      let answer = false
      blacklist.isRevoked({}, userOf(id), (_error, is) => {
        answer = is
      })
      return answer
    },
    revoke: (id) => blacklist.revoke(userOf(id), () => {}),
  }
}

/** The latest `jose`, which verifies with WebCrypto; and Payload's own, with Node's own crypto. */
export const josePackages = () => Promise.all([peer<Jose>('jose'), peer<Jose>('jose5')])

interface Jose {
  jwtVerify(
    text: string,
    key: CryptoKey,
    options: { algorithms: string[] },
  ): Promise<{ payload: Readonly<Record<string, unknown>> }>
}

async function blacklistWith(options: { type: 'memory' | 'redis'; port?: number }) {
  const [module, stores] = await Promise.all([
    peer<{ default: Blacklist }>('express-jwt-blacklist'),
    peer<{ default: MakeStore }>('express-jwt-blacklist/lib/store/index.js'),
  ])
  if (!module || !stores) return undefined
  const blacklist = module.default
  const store = stores.default(options)
  return { blacklist, select: () => blacklist.configure({ tokenId: 'jti', store }) }
}

const userOf = (id: string) => ({ jti: id, iat: 1_700_000_000 })

interface KvRedis {
  redisKVAdapter(options: { keyPrefix: string; redisURL: string }): {
    init(): {
      has(key: string): Promise<boolean>
      set(key: string, data: object): Promise<void>
    }
  }
}

interface Blacklist {
  configure(options: { tokenId: string; store: object }): void
  isRevoked(request: object, user: object, done: (error: unknown, is: boolean) => void): void
  revoke(user: object, done: (error: unknown) => void): void
}

type MakeStore = (options: { type: 'memory' | 'redis'; port?: number }) => object

const { resolve } = createRequire(new URL('../peers/package.json', import.meta.url))

/** A module from `bench/peers`; `undefined` if it could not be installed. */
async function peer<Module>(specifier: string): Promise<Module | undefined> {
  try {
    return await import(pathToFileURL(resolve(specifier)).href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
