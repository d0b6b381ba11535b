import type { Denylist } from '../../src/core/denylist.js'
import type { Ledger } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { builtPackage } from './builtPackage.js'
import { forEachRandomId } from './randomIds.js'

const HOUR_MS = 3_600_000
const AT_ONCE = 10_000

const emptyLedger: Ledger = {
  append: async () => {},
  async *read() {},
  find: async () => [],
  cutoffsAfter: async () => [],
}

/** A denylist that vouches for tokens and knows only what it is taught. */
export async function localDenylist(): Promise<Denylist> {
  const { createDenylist } = await builtPackage('core/denylist')
  const denylist = createDenylist({
    ledger: emptyLedger,
    maxTokenLifetimeMs: 2 * HOUR_MS,
    maxStalenessMs: HOUR_MS,
  })
  await denylist.catchUp()
  return denylist
}

/** The end of one token, as a logout records it. */
export const tokenEnded = (id: string, now = Date.now()): Revocation => ({
  id,
  scope: 'token',
  subject: `jti:${id}`,
  revokedAt: now,
  expiresAt: now + 2 * HOUR_MS,
  reason: 'logout',
})

/** Teaches it `count` tokens that nobody holds. */
export function teach(denylist: Denylist, count: number): void {
  const now = Date.now()
  let page: Revocation[] = []
  forEachRandomId(count, (id) => {
    page.push(tokenEnded(id, now))
    if (page.length < AT_ONCE) return
    denylist.learn(page)
    page = []
  })
  denylist.learn(page)
}

/** The end of a user's tokens, as a password change records it. */
export const userEnded = (id: number, now: number): Revocation => ({
  ...tokenEnded(`00000000-0000-7000-8000-${String(id).padStart(12, '0')}`, now),
  scope: 'user',
  subject: `user:users:${id}`,
  cutoff: now,
  reason: 'password-changed',
})
