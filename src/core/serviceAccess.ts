/** What a service shows to the application: both parts are safe in a URL and in a header. */
const ID = /^[\w.~-]{1,100}$/
const SECRET = /^[\w.~-]{32,256}$/

/** Whether it can be the `id` of a service: 1 to 100 characters of `A-Z a-z 0-9 . _ ~ -`. */
export const isServiceId = (value: unknown): value is string => isOf(ID, value)

/** Whether it can be the `secret` of a service: 32 to 256 of the same characters. */
export const isServiceSecret = (value: unknown): value is string => isOf(SECRET, value)

const isOf = (pattern: RegExp, value: unknown) => typeof value === 'string' && pattern.test(value)

/** Whether `fetch` can ask there. It refuses an address with a user name or a password. */
export function isHttpAddress(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { password, protocol, username } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** `client_secret_basic`. Neither part has a character that form encoding (RFC 6749 §2.3.1) changes. */
export const basicAuthorization = ({ id, secret }: { id: string; secret: string }) =>
  `Basic ${btoa(`${id}:${secret}`)}`
