import type { Payload } from 'payload'
import { invalidOption } from '../../core/errors.js'
import { requireNames } from '../../core/requireOption.js'

/** A provider that logs people in, and may log them out again. */
export interface IdentityProviderOptions {
  /**
   * The last part of the address that the provider calls:
   * `/api/revocation/backchannel-logout/<name>`. 1 to 63 characters of `a-z 0-9 _ -`. What the
   * provider ends appears in the ledger with the actor `identity-provider/<name>`.
   */
  name: string
  /** The `iss` of its tokens, exactly as its metadata has it. HTTPS, except on this machine. */
  issuer: string
  /** The name of this application at the provider: the `aud` of its tokens. */
  clientId: string
  /**
   * Where its keys are, the `jwks_uri` of its metadata. HTTPS, except on this machine. No other
   * address is fetched, and no redirect is followed.
   */
  jwksUri: string
  /**
   * What ends when a logout token names a session of the provider (`sid`). `session`: the sessions
   * that were linked to it. `user`: every session of the user whom it belongs to. A token without
   * `sid` always ends every session of the user.
   */
  onSid: 'session' | 'user'
  /**
   * Finds what a logout ends, in place of the links that `linkSession` wrote. If it throws, nothing
   * is recorded, and the provider gets 503.
   *
   * @default the sessions that `linkSession` linked
   */
  resolve?: (logout: ProviderLogout) => LogoutTargets | Promise<LogoutTargets>
}

/** Whom a provider logs out. The logout token was checked; it names at least one of the two. */
export interface ProviderLogout {
  readonly issuer: string
  /** The user at the provider (`sub`). */
  readonly subject?: string
  /** The session at the provider (`sid`). */
  readonly idpSession?: string
  readonly payload: Payload
}

/** Sessions (`sid` of our tokens) and users whose tokens end. */
export type LogoutTargets = readonly (
  | { readonly session: string }
  | { readonly user: { readonly collection: string; readonly id: number | string } }
)[]

export type IdentityProvider = Readonly<IdentityProviderOptions>

/** @throws RevocationError `invalid-option`, naming the option */
export function identityProvidersFrom(
  options: readonly IdentityProviderOptions[] = [],
  { hasSessions }: { hasSessions: boolean },
): readonly IdentityProvider[] {
  if (!Array.isArray(options)) throw invalidOption('identityProviders', 'a list of providers')
  const providers = (options as readonly IdentityProviderOptions[]).map(check)
  const seen = new Set<string>()
  for (const [index, { clientId, issuer, name, resolve }] of providers.entries()) {
    const place = `identityProviders[${index}]`
    const client = JSON.stringify([issuer, clientId])
    if (seen.has(name)) throw invalidOption(`${place}.name`, 'different for each provider')
    if (seen.has(client)) throw invalidOption(`${place}.clientId`, 'different for each issuer')
    if (!resolve && !hasSessions) {
      throw invalidOption(`${place}.resolve`, 'given, because `sessions` is false')
    }
    seen.add(name).add(client)
  }
  return providers
}

function check(options: IdentityProviderOptions, index: number): IdentityProvider {
  const place = `identityProviders[${index}]`
  requireNames(options, NAMES, place)
  const { clientId, issuer, jwksUri, name, onSid, resolve } = options
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    throw invalidOption(`${place}.name`, 'of 1 to 63 characters of a-z 0-9 _ -')
  }
  for (const [option, value] of Object.entries({ issuer, jwksUri })) {
    if (!isSafeAddress(value)) {
      throw invalidOption(
        `${place}.${option}`,
        'an https address without a password; http only for this machine (localhost, 127.0.0.1)',
      )
    }
  }
  if (/[?#]/.test(issuer)) throw invalidOption(`${place}.issuer`, 'without a query and a fragment')
  if (typeof clientId !== 'string' || clientId === '') {
    throw invalidOption(`${place}.clientId`, 'the name of this application at the provider')
  }
  if (onSid !== 'session' && onSid !== 'user') {
    throw invalidOption(`${place}.onSid`, '`session` or `user`')
  }
  if (resolve !== undefined && typeof resolve !== 'function') {
    throw invalidOption(`${place}.resolve`, 'a function')
  }
  return { ...options }
}

function isSafeAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { hostname, password, protocol, username } = new URL(value)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

const NAMES = Object.keys({
  name: true,
  issuer: true,
  clientId: true,
  jwksUri: true,
  onSid: true,
  resolve: true,
} satisfies Record<keyof IdentityProviderOptions, true>)
