import { demoAccounts } from '../../dev/lib/demoAccounts.ts'
import { type Login, login } from './login.js'
import type { NextApp } from './nextApp.js'

export interface Person {
  id: number
  email: string
  password: string
}

let count = 0

/** A new user who may also enter the admin panel. */
export const newAdministrator = (app: Pick<NextApp, 'request'>) => newPerson(app, 'admin')

/** A new user who may enter the admin panel, and is no administrator. */
export const newEditor = (app: Pick<NextApp, 'request'>) => newPerson(app, 'editor')

/** A new user with only an account. */
export const newMember = (app: Pick<NextApp, 'request'>) => newPerson(app, 'member')

async function newPerson(
  app: Pick<NextApp, 'request'>,
  role: 'admin' | 'editor' | 'member',
): Promise<Person> {
  count += 1
  const person = { email: `person-${process.pid}-${count}@example.com`, password: 'first-password' }
  const { jwt } = await asAdministrator(app)
  const response = await app.request('/api/users', {
    body: { ...person, role },
    headers: jwt,
  })
  const { doc } = (await response.json()) as { doc: { id: number } }
  return { ...person, id: doc.id }
}

/** A session of the seeded administrator. */
export const asAdministrator = (app: Pick<NextApp, 'request'>): Promise<Login> =>
  login(app, demoAccounts.administrator)
