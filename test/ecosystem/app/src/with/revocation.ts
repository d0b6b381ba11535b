import type { Payload, Plugin, WhereField } from 'payload'
import { type JwtRevocationOptions, jwtRevocation } from 'payload-jwt-revocation'

/** Ours, unless the variable leaves it out. It is read at each start. */
export const revocation = (options?: JwtRevocationOptions): Plugin[] =>
  process.env.WITHOUT_REVOCATION ? [] : [jwtRevocation(options)]

/** Whether this start has what `docs/plugins.md` says to add. */
export const hasAddition = Boolean(process.env.ADDITION)

/** Ends what is no token of Payload, of the users whose id is like this. */
type End = (payload: Payload, id: WhereField) => Promise<unknown>

/** What `docs/plugins.md` says to add for sessions and keys that are not Payload's. */
export const ending = (end: End): JwtRevocationOptions =>
  hasAddition
    ? {
        hooks: {
          async onRevoke({ payload, scope, collection, userId }) {
            if (scope === 'everyone') await end(payload, { exists: true })
            if (scope === 'user' && collection === 'users') await end(payload, { equals: userId })
          },
        },
      }
    : {}
