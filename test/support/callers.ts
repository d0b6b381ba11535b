import type { JwtRevocationOptions } from '../../src/index.js'
import { ADMIN, MEMBER } from './baseConfig.js'
import { type AppOptions, createApp } from './createApp.js'
import { type Login, login } from './login.js'

const OTHER = { email: 'other@example.com', password: 'other-password' }
const CUSTOMER = { email: 'customer@example.com', password: 'customer-password' }

/** The roles: nobody, the user with id 1, another user, an administrator. */
export const ROLES = ['anonymous', 'member', 'other', 'customer', 'administrator'] as const
export type Role = (typeof ROLES)[number]

const CREDENTIALS = {
  member: MEMBER,
  other: OTHER,
  customer: CUSTOMER,
  administrator: ADMIN,
}

/** Only the role makes an administrator, as in an application with several kinds of users. */
const administrator: NonNullable<JwtRevocationOptions['access']>['administrator'] = ({ req }) =>
  req.user?.role === 'admin'

/** An app with one user of each role. They call the endpoints under `/api/revocation`. */
export async function createCallers({ plugin = {}, ...options }: AppOptions = {}) {
  const app = await createApp({
    ...options,
    plugin: plugin && { access: { administrator }, ...plugin },
  })
  const { payload } = app
  await payload.create({ collection: 'users', data: { ...OTHER, role: 'member' } })
  await payload.create({ collection: 'users', data: { ...ADMIN, role: 'admin' } })
  await payload.create({ collection: 'customers', data: CUSTOMER })

  const as = (role: Exclude<Role, 'anonymous'>): Promise<Login> =>
    login(app, CREDENTIALS[role], role === 'customer' ? 'customers' : 'users')
  const sessions = new Map<Role, Promise<Login>>()
  /** From one session per role, which no test ends. */
  const headersOf = async (role: Role): Promise<HeadersInit> => {
    if (role === 'anonymous') return {}
    const session = sessions.get(role) ?? as(role)
    sessions.set(role, session)
    return (await session).jwt
  }

  return {
    ...app,
    as,
    headersOf,
    /** One call. A body makes it a POST. */
    async call(path: string, headers: HeadersInit, body?: unknown): Promise<Answer> {
      const response = await app.request(`/api/revocation/${path}`, { headers, body })
      return { response, status: response.status, body: (await response.json()) as Answer['body'] }
    },
    /** How many rows the ledger contains. */
    rows: async () => (await payload.count({ collection: 'revocations' })).totalDocs,
  }
}

export type Callers = Awaited<ReturnType<typeof createCallers>>

export interface Answer {
  response: Response
  status: number
  body: Record<string, unknown> & {
    docs?: Record<string, unknown>[]
    revocations?: Record<string, unknown>[]
    lifted?: Record<string, unknown>[]
    errors?: { name: string; message: string; field?: string }[]
  }
}
