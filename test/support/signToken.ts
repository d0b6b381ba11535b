import { createHash, createHmac } from 'node:crypto'
import { APP_SECRET } from './nextApp.js'

interface Signing {
  secret?: string
  /** Claims of the protected header, in addition to Payload's own. */
  header?: object
}

/**
 * Signs claims as Payload would. It is a forger's tool, and with the right secret a positive
 * control.
 */
export function signToken(claims: object, { secret = APP_SECRET, header }: Signing = {}): string {
  const key = createHash('sha256').update(secret).digest('hex').slice(0, 32)
  const text = [{ alg: 'HS256', typ: 'JWT', authVersion: 1, ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
