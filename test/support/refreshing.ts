import { createLocalReq, refreshOperation } from 'payload'
import type { App } from './createApp.js'
import type { Login } from './login.js'

/** The token that a refresh returns; `undefined` when it was refused with 401. */
export type Refresh = (
  app: Pick<App, 'graphQL' | 'payload' | 'request'>,
  session: Login,
) => Promise<string | undefined>

type Shown = (session: Login) => HeadersInit

const overRest =
  (shown: Shown): Refresh =>
  async (app, session) => {
    const headers = shown(session)
    const answer = await app.request('/api/users/refresh-token', { method: 'POST', headers })
    if (answer.status === 401) return undefined
    const body = (await answer.json()) as { refreshedToken?: string }
    if (answer.status !== 200 || !body.refreshedToken) throw new Error(`refresh: ${answer.status}`)
    return body.refreshedToken
  }

const overGraphQL: Refresh = async (app, session) => {
  const answer = await app.graphQL(
    'mutation { refreshTokenUser { refreshedToken } }',
    session.byCookie,
  )
  const { data, errors } = (await answer.json()) as {
    data?: { refreshTokenUser: { refreshedToken: string } | null }
    errors?: { extensions: { statusCode: number } }[]
  }
  if (errors?.[0]?.extensions.statusCode === 401) return undefined
  if (!data?.refreshTokenUser) throw new Error(`refresh: ${JSON.stringify(errors)}`)
  return data.refreshTokenUser.refreshedToken
}

/** What `refresh` of `@payloadcms/next/auth` does. Its request has no headers. */
const likeServerFunction: Refresh = async ({ payload }, { byCookie }) => {
  const { user } = await payload.auth({ headers: new Headers(byCookie) })
  if (!user) return undefined
  const req = await createLocalReq({ user }, payload)
  const { refreshedToken } = await refreshOperation({
    collection: payload.collections.users,
    req,
  } as never)
  return refreshedToken
}

export const refreshes: Readonly<Record<string, Refresh>> = {
  'REST with the cookie': overRest(({ byCookie }) => byCookie),
  'REST with a JWT header': overRest(({ jwt }) => jwt),
  'REST with a Bearer header': overRest(({ bearer }) => bearer),
  GraphQL: overGraphQL,
  'the server function': likeServerFunction,
}

export const refresh = overRest(({ jwt }) => jwt)
