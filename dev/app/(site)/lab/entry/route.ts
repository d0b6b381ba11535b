import config from '@payload-config'
import { Redis } from 'ioredis'
import { getPayload } from 'payload'
import { revocations } from 'payload-jwt-revocation'
import type { LabEntries, LabEntry } from '../../../../lib/lab/entry.ts'
import { describeStore } from '../../../../lib/store.ts'

/**
 * `POST /lab/entry` with `{ token }`: what the denylist contains about a token of this app. Anyone
 * with the token may ask; `explain` checks its signature.
 */
export async function POST(request: Request): Promise<Response> {
  const { token } = (await request.json().catch(() => ({}))) as { token?: unknown }
  if (typeof token !== 'string') return Response.json({ errors: [] }, { status: 400 })
  const payload = await getPayload({ config })
  try {
    const found = await revocations(payload).explain({ token })
    const entries = found.map(({ subject, reason, revokedAt, expiresAt }) => ({
      ...{ subject, reason },
      revokedAt: new Date(revokedAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
    }))
    const body: LabEntries = { store: describeStore(), entries: await withRedisTtl(entries) }
    return Response.json(body, { headers: { 'Cache-Control': 'no-store' } })
  } catch (error) {
    const isNotOurs = error instanceof Error && 'code' in error && error.code === 'token-not-ours'
    if (!isNotOurs) throw error
    return Response.json({ errors: [{ message: error.message }] }, { status: 400 })
  }
}

/** Asks Redis directly, as a service in any language could. */
async function withRedisTtl(entries: LabEntry[]): Promise<LabEntry[]> {
  const url = process.env.REDIS_URL
  if (!url) return entries
  const redis = new Redis(url, {
    connectTimeout: 1_000,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await Promise.all(
      entries.map(async (entry) => ({
        ...entry,
        redisTtlMs: await redis.pttl(`revocation:${entry.subject}`),
      })),
    )
  } catch {
    return entries
  } finally {
    redis.disconnect()
  }
}
