import type { PayloadRequest } from 'payload'
import type { Denylist } from '../../core/denylist.js'
import { tokenRevocation } from '../../core/makeRevocation.js'
import { memo } from '../../core/processWide.js'
import type { Revocation } from '../../core/revocation.js'
import { actorName, subjectsOf, type Token } from '../../core/token.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { askedBy } from '../request/askedBy.js'
import type { Runtime } from '../runtime/runtime.js'

interface Rotation {
  readonly done: Promise<void>
  /** Until then another refresh of the token may be under way that has not seen it in the ledger. */
  readonly keptUntil: number
}

const KEPT_MS = 30_000

/** The rotations of the last half minute, by the token's id. */
const rotations = memo<Denylist, Map<string, Rotation>>('rotations')

/**
 * Ends the refreshed token, after a grace in which other tabs may still show it. Durable before
 * the operation hands out the new token: where it has a transaction, right after the commit and
 * on the connection that this gave back. Of many refreshes of one token the first counts; those
 * that come later neither repeat nor extend its revocation. What fails fails the refresh.
 */
export async function rotate(
  runtime: Runtime,
  {
    req,
    token,
    known,
  }: {
    req: PayloadRequest
    /** The one that was shown to refresh, its signature verified. */
    token: Token
    /** What the ledger had for this token when the refresh began. */
    known: readonly Revocation[]
  },
): Promise<void> {
  const { graceMs } = runtime.settings
  const { token: subject } = subjectsOf(token)
  if (graceMs === undefined || known.some((each) => each.subject === subject)) return
  const effectiveAt = Date.now() + graceMs
  const { ip } = askedBy(req, runtime)
  await onceCommitted(req, () => rotateOnce(runtime, token, { effectiveAt, ip }))
}

async function rotateOnce(
  { denylist }: Runtime,
  token: Token,
  later: { effectiveAt: number; ip: string | undefined },
) {
  const now = Date.now()
  const recent = rotations.get(denylist) ?? new Map<string, Rotation>()
  rotations.set(denylist, recent)
  forgetOld(recent, now)
  const known = recent.get(token.id)
  if (known) return known.done
  const { maxTokenLifetimeMs } = denylist
  const actor = actorName({ collection: token.collection, id: token.userId })
  const circumstances = { reason: 'rotated', actor, now, maxTokenLifetimeMs, ...later } as const
  const done = denylist.revoke([tokenRevocation(token, circumstances)])
  recent.set(token.id, { done, keptUntil: now + KEPT_MS })
  try {
    await done
  } catch (err) {
    recent.delete(token.id)
    throw err
  }
}

/** They are in the order in which they were made. */
function forgetOld(recent: Map<string, Rotation>, now: number) {
  for (const [id, { keptUntil }] of recent) {
    if (keptUntil > now) return
    recent.delete(id)
  }
}
