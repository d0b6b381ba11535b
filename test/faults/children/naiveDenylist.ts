import { Redis } from 'ioredis'
import { claimsOf } from '../../support/login.js'

/**
 * What many applications build: a key in Redis for each logged-out token, looked up with every
 * request, and nothing else. It must lose tokens when Redis loses its keys.
 */
export function naiveDenylist(url: string) {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 1_000 })
  redis.on('error', () => {})

  const keyOf = ({ headers }: Request) => {
    const token = headers.get('Authorization')?.split(' ')[1]
    return token ? `denylist:${claimsOf(token).jti}` : undefined
  }

  return {
    /** Refuses what Redis knows. Answers 503 when Redis does not answer. */
    async refusal(request: Request): Promise<Response | undefined> {
      const key = keyOf(request)
      try {
        const isRevoked = key !== undefined && (await redis.exists(key)) === 1
        return isRevoked ? new Response(null, { status: 401 }) : undefined
      } catch {
        return new Response(null, { status: 503 })
      }
    },
    async revoke(request: Request) {
      const key = keyOf(request)
      if (key) await redis.set(key, 'logout', 'EX', 7_200)
    },
  }
}
