import type { Denylist } from '../../src/core/denylist.js'
import type { Ledger } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { builtPackage } from './builtPackage.js'
import { forEachRandomId } from './randomIds.js'

const HOUR_MS = 3_600_000
const AT_ONCE = 10_000
/** Ids from here on belong to users that no call asks about. */
const NOBODY = 100_000_000

const emptyLedger: Ledger = {
  append: async () => {},
  async *read() {},
  find: async () => [],
  cutoffsAfter: async () => [],
  state: async () => ({ now: undefined, longestLifetimeMs: 0 }),
  declareLifetime: async () => {},
}

/** A denylist that is always fresh and contains only what it is taught. */
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

/** The revocation of one token, as a logout records it. */
export const tokenEnded = (id: string, now = Date.now()): Revocation => ({
  id,
  scope: 'token',
  subject: `jti:${id}`,
  revokedAt: now,
  expiresAt: now + 2 * HOUR_MS,
  reason: 'logout',
})

/** Teaches it `count` tokens that nobody has. */
export const teach = (denylist: Denylist, count: number): void =>
  teachEach(denylist, count, tokenEnded)

/**
 * A realistic mix: a logout revokes a token and a session; one in twenty revokes a user's tokens.
 */
export function teachMixed(denylist: Denylist, count: number): void {
  let position = 0
  teachEach(denylist, count, (id, now) => {
    position += 1
    if (position % 20 === 0) return userEnded(NOBODY + position, now)
    return position % 2 === 0 ? sessionEnded(id, now) : tokenEnded(id, now)
  })
}

function teachEach(
  denylist: Denylist,
  count: number,
  make: (id: string, now: number) => Revocation,
): void {
  const now = Date.now()
  let page: Revocation[] = []
  forEachRandomId(count, (id) => {
    page.push(make(id, now))
    if (page.length < AT_ONCE) return
    denylist.learn(page)
    page = []
  })
  denylist.learn(page)
}

const sessionEnded = (id: string, now: number): Revocation => ({
  ...tokenEnded(id, now),
  scope: 'session',
  subject: `sid:${id}`,
})

/** The revocation of a user's tokens, as a password change records it. */
export const userEnded = (id: number, now: number): Revocation => ({
  ...tokenEnded(`00000000-0000-7000-8000-${String(id).padStart(12, '0')}`, now),
  scope: 'user',
  subject: `user:users:${id}`,
  cutoff: now,
  reason: 'password-changed',
})
