import { invalidOption } from '../../core/errors.js'
import { requireNames } from '../../core/requireOption.js'
import { isServiceId, isServiceSecret } from '../../core/serviceAccess.js'

/** Another service that may ask this application about tokens. */
export interface ServiceOptions {
  /**
   * The name of the service, its `client_id`: at most 100 characters of `A-Z a-z 0-9 . _ ~ -`. What
   * it ends appears in the ledger with the actor `service/<id>`.
   */
  id: string
  /**
   * The secret that only this service and this application know: 32 to 256 characters of
   * `A-Z a-z 0-9 . _ ~ -`, for example from `openssl rand -hex 32`.
   */
  secret: string
  /**
   * Claims that introspection shows to this service, beside those that it shows to every service. A
   * claim that the token does not carry is left out.
   *
   * @default []
   */
  claims?: readonly string[]
}

/** {@link ServiceOptions} with the defaults filled in. */
export type Service = Readonly<Required<ServiceOptions>>

/** What introspection answers to every service. A claim of the token may not replace it. */
const FIXED_MEMBERS: readonly string[] = [
  'active',
  'sub',
  'collection',
  'id',
  'sid',
  'jti',
  'iat',
  'exp',
  'auth_time',
  'token_type',
]

/** @throws RevocationError `invalid-option`, naming the option */
export function servicesFrom(options: readonly ServiceOptions[] = []): readonly Service[] {
  if (!Array.isArray(options)) throw invalidOption('services', 'a list of services')
  const services = (options as readonly ServiceOptions[]).map(serviceFrom)
  for (const name of ['id', 'secret'] as const) {
    const values = services.map((each) => each[name])
    const twice = values.findIndex((value, index) => values.indexOf(value) < index)
    if (twice >= 0) throw invalidOption(`services[${twice}].${name}`, 'different in each service')
  }
  return services
}

function serviceFrom(options: ServiceOptions, index: number): Service {
  const place = `services[${index}]`
  requireNames(options, SERVICE_NAMES, place)
  const { id, secret, claims = [] } = options
  if (!isServiceId(id)) {
    throw invalidOption(`${place}.id`, 'of 1 to 100 characters of A-Z a-z 0-9 . _ ~ -')
  }
  if (!isServiceSecret(secret)) {
    throw invalidOption(`${place}.secret`, 'of 32 to 256 characters of A-Z a-z 0-9 . _ ~ -')
  }
  const isClaim = (claim: unknown) => typeof claim === 'string' && !FIXED_MEMBERS.includes(claim)
  if (!Array.isArray(claims) || !claims.every(isClaim)) {
    throw invalidOption(
      `${place}.claims`,
      `a list of claims other than ${FIXED_MEMBERS.join(', ')}`,
    )
  }
  return { id, secret, claims }
}

const SERVICE_NAMES = Object.keys({
  id: true,
  secret: true,
  claims: true,
} satisfies Record<keyof ServiceOptions, true>)
