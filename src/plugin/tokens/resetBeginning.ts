import type { CollectionSlug, PayloadRequest } from 'payload'
import type { Revocation } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'
import { primaryOf } from '../database/primaryOf.js'
import { transactionWithin } from '../database/transactionOf.js'
import { isOwnCutoff } from '../request/ownCutoffs.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import type { Beginning } from './beginnings.js'

/** By name in the context of the request, which Payload copies at every nested operation. */
const BEGINNING = 'jwtRevocation.beginningOfReset'

/** Keeps what is in force for the user of a reset link when the reset begins. */
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
 * What the token of a reset comes after: the cut-off that the reset itself took, and those that were
 * there when it began. When another was taken meanwhile it comes after none of them, and falls under
 * that one.
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

/** As Payload finds them. */
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
