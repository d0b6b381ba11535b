import { jwtSign } from 'payload'
import { uuidv7 } from '../core/uuidv7.js'

/**
 * Signs a token anew, with an id and a session, by Payload's own signer: its protected header,
 * its claims (`saveToJWT` fields too) and its lifetime stay.
 *
 * @returns the token and its `exp`, in seconds since the epoch
 */
export function mintToken({
  claims,
  session,
  issuedAt,
  secret,
}: {
  /** The verified claims of the token that Payload made. */
  claims: Readonly<Record<string, unknown>>
  session: string
  /** The instant for the `jti`, in milliseconds: past every cut-off that came before. */
  issuedAt: number
  secret: string
}): Promise<{ exp: number; token: string }> {
  const { iat, exp, ...fieldsToSign } = claims
  return jwtSign({
    fieldsToSign: { ...fieldsToSign, jti: uuidv7(issuedAt), sid: session },
    secret,
    tokenExpiration: Number(exp) - Number(iat),
  })
}
