import type { CollectionSlug, PayloadRequest } from 'payload'
import type { Revocation } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'
import { primaryOf } from '../database/primaryOf.js'
import { transactionWithin } from '../database/transactionOf.js'
import { isOwnCutoff } from '../request/ownCutoffs.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import type { Beginning } from './beginnings.js'

/** The key in the context of the request. Payload copies the context at every nested operation. */
const BEGINNING = 'jwtRevocation.beginningOfReset'

/** Remembers what is in force for the user of a reset link when the reset begins. */
export async function keepResetBeginning(
  { denylist, ledger }: Runtime,
  { args, collection, req }: { args: object; collection: CollectionSlug; req: PayloadRequest },
): Promise<void> {
  const within = await transactionWithin(req)
  const startedAt = await denylist.ledgerNow(within)
  const users = await usersByLink(args, { collection, req, within })
  const subjects = users.map((id) => userSubject(collection, id))
  const known = await ledger.find(['everyone', ...subjects], within)
  req.context[BEGINNING] = { startedAt, known } satisfies Beginning
}

/**
 * What the token of a reset must be later than: the cut-off of the reset itself, and the ones that
 * were in force when it began. If another cut-off came in the meantime, the token is later than
 * none of them, so that cut-off covers it.
 */
export async function beginningAfterReset(
  req: PayloadRequest,
  { collection, id }: Readonly<Record<string, unknown>>,
): Promise<Beginning> {
  const { denylist, ledger } = runtimeOf(req.payload)
  const beginning = req.context[BEGINNING] as Beginning | undefined
  const startedAt = await denylist.ledgerNow()
  const found = await ledger.find(['everyone', userSubject(String(collection), String(id))])
  const isKnown = (one: Revocation) =>
    isOwnCutoff(req, one) || beginning?.known.some((each) => each.id === one.id)
  if (found.every(isKnown)) return { startedAt, known: found }
  return { startedAt: beginning?.startedAt ?? 0, known: [] }
}

/** Finds them as Payload does. */
async function usersByLink(
  args: object,
  {
    collection,
    req,
    within,
  }: { collection: CollectionSlug; req: PayloadRequest; within: object | undefined },
) {
  const data = 'data' in args ? (args.data as { token?: unknown } | undefined) : undefined
  if (typeof data?.token !== 'string' || data.token === '') return []
  const { docs } = await primaryOf(req.payload.db).find<{ id: number | string }>({
    collection,
    pagination: false,
    where: { resetPasswordToken: { equals: data.token } },
    select: {},
    ...(within && { req: within }),
  })
  return docs.map(({ id }) => id)
}
