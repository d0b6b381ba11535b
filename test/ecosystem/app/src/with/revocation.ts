import type { Plugin } from 'payload'
import { type JwtRevocationOptions, jwtRevocation } from 'payload-jwt-revocation'

/** Ours, unless the variable leaves it out. It is read at each start. */
export const revocation = (options?: JwtRevocationOptions): Plugin[] =>
  process.env.WITHOUT_REVOCATION ? [] : [jwtRevocation(options)]

/** Whether this start has what `docs/plugins.md` says to add. */
export const hasAddition = Boolean(process.env.ADDITION)
