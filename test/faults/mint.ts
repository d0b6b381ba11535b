import { uuidv7 } from '../../src/core/uuidv7.js'
import { signToken } from '../support/signToken.js'
import { SECRET } from './settings.js'

/** A token of a new session, as a login by an app with this clock would sign it. */
export function mint(options: { userId: number; lifetimeS: number; clockOffsetMs: number }) {
  const { userId, lifetimeS, clockOffsetMs } = options
  const now = Date.now()
  const iat = Math.floor(now / 1_000)
  const claims = {
    ...{ id: userId, collection: 'users', jti: uuidv7(now + clockOffsetMs) },
    ...{ sid: crypto.randomUUID(), iat, exp: iat + lifetimeS },
  }
  return {
    text: signToken(claims, { secret: SECRET }),
    ...{ expiresAt: claims.exp * 1_000, made: 'signed by the harness' },
  }
}
