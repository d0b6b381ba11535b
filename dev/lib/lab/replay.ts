import { demoAccounts } from '../demoAccounts.ts'
import type { Side } from './sides.ts'

/** The answer of a door to a request with a token. */
export interface Answer {
  isOpen: boolean
  /** The status, such as `401 Unauthorized`, or where the page redirected the visitor. */
  status: string
  /** What the token could see, or why it could not. */
  detail: string
}

export interface Door {
  name: string
  /** Method and path of the request. */
  request(side: Side): string
  show(side: Side, token: string): Promise<Answer>
}

/**
 * Sends a request from this browser to this server. It shows in the browser's network panel. The
 * visitor's own cookie is not sent: the token, if any, is in a header.
 */
async function send(
  request: string,
  { token, json, accept }: { token?: string; json?: unknown; accept?: string } = {},
) {
  const [method = 'GET', path = '/'] = request.split(' ')
  return fetch(path, {
    method,
    cache: 'no-store',
    credentials: 'omit',
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(accept && { Accept: accept }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
}

/** @throws Error with a message for the visitor */
export async function logIn(side: Side): Promise<string> {
  const { email, password } = demoAccounts.member
  const response = await send(`POST ${side.root}/api/users/login`, { json: { email, password } })
  const { token } = (await response.json().catch(() => ({}))) as { token?: string }
  if (token) return token
  throw new Error(`${side.title}: the demo member could not log in (${response.status}).`)
}

/** @returns the status of the answer */
export async function logOut(side: Side, token: string): Promise<string> {
  return statusOf(await send(`POST ${side.root}/api/users/logout`, { token }))
}

const account: Door = {
  name: 'REST: the own account',
  request: ({ root }) => `GET ${root}/api/users/me`,
  show: (side, token) =>
    ask(account.request(side), token, (body) => pick(body, 'user', 'email') ?? undefined),
}

const documents: Door = {
  name: 'REST: private documents',
  request: ({ root }) => `GET ${root}/api/notes`,
  show: (side, token) =>
    ask(documents.request(side), token, (body) => {
      const count = Number(pick(body, 'totalDocs'))
      return count > 0 ? `${count} private notes` : undefined
    }),
}

const graphQL: Door = {
  name: 'GraphQL',
  request: ({ root }) => `POST ${root}/api/graphql`,
  async show(side, token) {
    const json = { query: '{ meUser { user { email } } }' }
    const response = await send(graphQL.request(side), { token, json })
    return answerOf(response, (body) => pick(body, 'data', 'meUser', 'user', 'email'))
  },
}

const ownEndpoint: Door = {
  name: 'An endpoint of the app',
  request: ({ root }) => `GET ${root}/api/whoami`,
  show: (side, token) =>
    ask(ownEndpoint.request(side), token, (body) => pick(body, 'user', 'email') ?? undefined),
}

const page: Door = {
  name: 'A Next.js page',
  request: ({ root }) => `GET ${root}/account`,
  async show(side, token) {
    const response = await send(page.request(side), { token, accept: 'text/html' })
    const { pathname } = new URL(response.url)
    if (response.redirected) {
      return { isOpen: false, status: `→ ${pathname}`, detail: 'refused: log in' }
    }
    const html = await response.text()
    const isOpen = response.ok && html.includes(demoAccounts.member.email)
    return { isOpen, status: statusOf(response), detail: isOpen ? 'opened: signed in' : 'refused' }
  },
}

/** Five ways into an application. */
export const doors: readonly Door[] = [account, documents, graphQL, ownEndpoint, page]

type Find = (body: unknown) => unknown

const ask = async (request: string, token: string, find: Find) =>
  answerOf(await send(request, { token }), find)

async function answerOf(response: Response, find: Find): Promise<Answer> {
  const body: unknown = await response.json().catch(() => undefined)
  const found = response.ok ? find(body) : undefined
  const isOpen = typeof found === 'string'
  return { isOpen, status: statusOf(response), detail: isOpen ? `opened: ${found}` : 'refused' }
}

const WORDS: Readonly<Record<number, string>> = {
  200: 'OK',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
}

const statusOf = ({ status }: Response) => `${status} ${WORDS[status] ?? ''}`.trim()

const pick = (body: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    body,
  )
