/** Installed for the benchmark alone; declared here, so that types hold where they are missing. */
declare module 'payload-kv-redis' {
  export function redisKVAdapter(options: { keyPrefix: string; redisURL: string }): {
    init(): {
      has(key: string): Promise<boolean>
      set(key: string, data: object): Promise<void>
    }
  }
}

declare module 'express-jwt-blacklist' {
  const blacklist: {
    configure(options: { tokenId: string; store: object }): void
    isRevoked(request: object, user: object, done: (error: unknown, is: boolean) => void): void
    revoke(user: object, done: (error: unknown) => void): void
  }
  export default blacklist
}

declare module 'express-jwt-blacklist/lib/store/index.js' {
  const makeStore: (options: { type: 'memory' | 'redis'; port?: number }) => object
  export default makeStore
}
