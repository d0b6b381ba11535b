import type { Config } from 'payload'
import type { JwtRevocationOptions } from '../../src/index.js'
import { type App, type AppOptions, createApp } from './createApp.js'
import type { Browser, Person, Visited } from './itsToken.js'
import { login } from './login.js'
import { withUsers } from './withUsers.js'

export type VisitedApp = Visited

interface VisitedOptions extends Pick<AppOptions, 'postgres' | 'transactions'> {
  strategy: string
  /** Adds the other plugin, before ours. */
  configure: (config: Config) => Config
  plugin?: JwtRevocationOptions | false
  /** What comes after the ordinary login. Default: nothing. */
  logIn?: (app: App, browser: Browser, person: Person) => Promise<Browser>
}

let count = 0

/** An app with a plugin that has a strategy of its own. */
export async function createVisited({
  strategy,
  configure,
  plugin = {},
  logIn = async (_, browser) => browser,
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
      const data = { email: `visitor-${count}@example.com`, password: 'first-password' }
      const { id } = await app.payload.create({ collection: 'users', data })
      return { ...data, id: Number(id) }
    },
    async logIn(person) {
      const { email, password } = person
      const { token } = await login(app, { email, password })
      return logIn(app, { token, cookies: new Map([['payload-token', token]]) }, person)
    },
  }
}
