import { submitForm } from './forms.js'
import { type Login, login, loginFrom } from './login.js'
import type { NextApp } from './nextApp.js'
import type { Person } from './people.js'

/** How a client logs in, logs out and changes its password. Each throws when it did not work. */
export interface Way {
  logIn(app: NextApp, person: Person): Promise<Login>
  logOut(app: NextApp, session: Login): Promise<void>
  changePassword(
    app: NextApp,
    session: Login,
    change: { id: number; password: string },
  ): Promise<void>
}

type Shown = (session: Login) => { Authorization: string } | { Cookie: string }

const rest = (shown: Shown): Way => ({
  async logIn(app, person) {
    const session = await login(app, person)
    return loginFrom(tokenIn(session.cookie), session.cookie)
  },
  async logOut(app, session) {
    await requireStatus(
      app.request('/api/users/logout', { method: 'POST', headers: shown(session) }),
      200,
    )
  },
  async changePassword(app, session, { id, password }) {
    const headers = shown(session)
    await requireStatus(
      app.request(`/api/users/${id}`, { method: 'PATCH', body: { password }, headers }),
      200,
    )
  },
})

const graphQL = (shown: Shown): Way => ({
  async logIn(app, { email, password }) {
    const query =
      'mutation ($email: String!, $password: String!) { loginUser(email: $email, password: $password) { token } }'
    const { loginUser } = await ask(app, { query, variables: { email, password } })
    return loginFrom(String(loginUser?.token))
  },
  async logOut(app, session) {
    await ask(app, { query: 'mutation { logoutUser }' }, shown(session))
  },
  async changePassword(app, session, { id, password }) {
    const query =
      'mutation ($id: Int!, $password: String!) { updateUser(id: $id, data: { password: $password }) { id } }'
    await ask(app, { query, variables: { id, password } }, shown(session))
  },
})

/** The server functions of `@payloadcms/next/auth`, called through the forms. */
const serverFunctions: Way = {
  async logIn(app, { email, password }) {
    const answer = submitForm(app, '/login', { button: 'Log in', fields: { email, password } })
    const response = await requireStatus(answer, 303)
    const cookie = response.headers.getSetCookie().join()
    return loginFrom(tokenIn(cookie), cookie)
  },
  async logOut(app, { byCookie }) {
    const answer = submitForm(app, '/account', { button: 'Log out', headers: byCookie })
    const response = await requireStatus(answer, 303)
    const target = response.headers.get('Location')
    if (target !== '/login?left=here') throw new Error(`The logout led to ${target}`)
  },
  async changePassword(app, { byCookie }, { password }) {
    const form = { button: 'Change password', fields: { password }, headers: byCookie }
    const response = await requireStatus(submitForm(app, '/account', form), 200)
    if (!(await response.text()).includes('Password changed.')) {
      throw new Error('The page does not tell that the password was changed')
    }
  },
}

export const ways: Readonly<Record<string, Way>> = {
  'REST with the cookie': rest(({ byCookie }) => byCookie),
  'REST with a JWT header': rest(({ jwt }) => jwt),
  'REST with a Bearer header': rest(({ bearer }) => bearer),
  'GraphQL with the cookie': graphQL(({ byCookie }) => byCookie),
  'GraphQL with a Bearer header': graphQL(({ bearer }) => bearer),
  'the server functions': serverFunctions,
}

async function ask(
  app: NextApp,
  body: { query: string; variables?: object },
  headers: HeadersInit = {},
): Promise<Record<string, Record<string, unknown> | undefined>> {
  const response = await requireStatus(app.request('/api/graphql', { body, headers }), 200)
  const { data, errors } = (await response.json()) as { data?: never; errors?: unknown }
  if (errors || !data) throw new Error(`GraphQL: ${JSON.stringify(errors)}`)
  return data
}

async function requireStatus(answer: Promise<Response>, status: number): Promise<Response> {
  const response = await answer
  if (response.status === status) return response
  throw new Error(`${response.url}: ${response.status} ${(await response.text()).slice(0, 300)}`)
}

function tokenIn(setCookie: string): string {
  const token = /payload-token=([^;]+)/.exec(setCookie)?.[1]
  if (!token) throw new Error('The answer sets no cookie with a token')
  return token
}
