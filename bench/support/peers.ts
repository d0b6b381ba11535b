/** What another package offers for the same question. */
interface Peer<Answer> {
  readonly name: string
  /** Called before the others: a package may have one store for the whole process. */
  select?(): void
  isRevoked(id: string): Answer
  revoke(id: string): unknown
}

/** Asks Redis. */
export type RemotePeer = Peer<Promise<boolean>>

/** Answers in the process, at once. */
export type LocalPeer = Peer<boolean>

/**
 * `has` of Payload's own key-value store. It is installed under an alias: Payload does not start
 * beside an `@payloadcms` package of another patch, and 3.90.2 of this one was not published.
 */
export async function kvRedis(port: number): Promise<RemotePeer | undefined> {
  const module = await ifInstalled(import('payload-kv-redis'))
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

/** Its entries get no expiry here: that would start a timer for each. */
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

async function blacklistWith(options: { type: 'memory' | 'redis'; port?: number }) {
  const [module, stores] = await Promise.all([
    ifInstalled(import('express-jwt-blacklist')),
    ifInstalled(import('express-jwt-blacklist/lib/store/index.js')),
  ])
  if (!module || !stores) return undefined
  const blacklist = module.default
  const store = stores.default(options)
  return { blacklist, select: () => blacklist.configure({ tokenId: 'jti', store }) }
}

const userOf = (id: string) => ({ jti: id, iat: 1_700_000_000 })

const MISSING = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

async function ifInstalled<Module>(importing: Promise<Module>): Promise<Module | undefined> {
  try {
    return await importing
  } catch (error) {
    if (MISSING.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
