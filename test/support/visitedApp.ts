import type { Config } from 'payload'
import type { JwtRevocationOptions } from '../../src/index.js'
import { type App, type AppOptions, createApp } from './createApp.js'
import type { Browser, Person, Visited } from './itsToken.js'
import { login } from './login.js'
import { withUsers } from './withUsers.js'

export interface VisitedOptions extends Pick<AppOptions, 'postgres' | 'transactions'> {
  strategy: string
  /** Adds the other plugin, before ours. */
  configure: (config: Config) => Config
  plugin?: JwtRevocationOptions | false
  /** Whether users have passwords. Default true. */
  hasPasswords?: boolean
  /** More fields of a user, besides that and the e-mail address. */
  profileOf?: (email: string) => object
  /** How users log in. Default: with their passwords. */
  logIn?: (app: App, person: Person) => Promise<Browser>
}

const PASSWORD = 'first-password'
let count = 0

/** An app with a plugin that has its own strategy. */
export async function createVisited({
  strategy,
  configure,
  plugin = {},
  hasPasswords = true,
  profileOf = () => ({}),
  logIn = byPassword,
  ...database
}: VisitedOptions): Promise<Visited> {
  let work: (() => Promise<unknown>) | undefined
  const whileRead = withUsers((users) => ({
    ...users,
    hooks: {
      ...users.hooks,
      afterRead: [
        async () => {
          const due = work
          work = undefined
          await due?.()
        },
      ],
    },
  }))
  const app = await createApp({
    ...database,
    isDefault: true,
    plugin,
    configure: (config) => configure(whileRead(config)),
  })
  return {
    app,
    strategy,
    whileRead: (due) => {
      work = due
    },
    async newPerson() {
      count += 1
      const email = `visitor-${count}@example.com`
      const data = { email, ...(hasPasswords && { password: PASSWORD }), ...profileOf(email) }
      const { id } = await app.payload.create({ collection: 'users', data })
      return { email, password: PASSWORD, id: Number(id) }
    },
    logIn: (person) => logIn(app, person),
  }
}

export async function byPassword(app: App, { email, password }: Person): Promise<Browser> {
  const { token } = await login(app, { email, password })
  return { token, cookies: new Map([['payload-token', token]]) }
}
