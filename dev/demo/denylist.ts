import { Redis } from 'ioredis'
import { demoAccounts } from '../lib/demoAccounts.ts'
import { pick } from './api.ts'
import type { Evidence } from './evidence.ts'
import * as print from './print.ts'

/** Allows for clock differences and for the token's whole seconds. */
const toleranceMs = 10_000

/** Reads the ledger as an administrator can: over Payload's REST API. */
export async function showLedgerRow({ api, checks, facts }: Evidence): Promise<void> {
  const login = await api('POST /api/users/login', { json: demoAccounts.administrator })
  const token = pick(login.body, 'token')
  checks.that(typeof token === 'string', 'the administrator to be able to log in')
  if (typeof token !== 'string') return

  const subject = `jti:${facts.jti}`
  const target = `/api/revocations?where[subject][equals]=${encodeURIComponent(subject)}`
  const answer = await api(`GET ${target}`, { credential: { bearer: token } })
  const row = pick(answer.body, 'docs', 0)
  const expiresAt = Date.parse(String(pick(row, 'expiresAt')))

  checks.status({ ...answer, request: 'GET /api/revocations  (as administrator)' }, 200)
  checks.that(pick(row, 'subject') === subject, `a row in the ledger with the subject ${subject}`)
  checks.that(
    expiresAt >= facts.expiresAt.getTime(),
    `the row to outlive the token, which expires at ${facts.expiresAt.toISOString()}`,
  )
  if (!row) return
  print.fact('ledger row', String(pick(row, 'subject')))
  print.fact('reason', String(pick(row, 'reason')))
  print.fact('in force until', String(pick(row, 'expiresAt')))
}

/** Asks Redis directly, as a service in any language could. */
export async function showRedisKey({ checks, facts }: Evidence): Promise<void> {
  const url = process.env.REDIS_URL
  if (!url) return
  const redis = new Redis(url, {
    connectTimeout: 5_000,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    const key = `revocation:jti:${facts.jti}`
    const ttlMs = await redis.pttl(key)
    const lifeMs = facts.expiresAt.getTime() - Date.now()
    print.line(`   redis-cli PTTL ${key}`)
    print.fact('TTL', `${ttlMs} ms`)
    print.fact('token lives for', `${lifeMs} ms`)
    checks.that(
      ttlMs > lifeMs - 1_000 && ttlMs < lifeMs + toleranceMs,
      'the key to live as long as the token',
    )
  } finally {
    redis.disconnect()
  }
}
