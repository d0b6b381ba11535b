import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** Operations of an account, in this order: each needs the token of the one before. */
export const OPERATIONS = ['login', 'me', 'refresh', 'password', 'logout'] as const
export type Operation = (typeof OPERATIONS)[number]

export interface Account {
  id: number | string
  email: string
  password: string
}

type Send = (pathname: string, init: RequestInit) => Promise<Response>

const SETTLING_MS = 20

/** Which statements belong to an operation, also those that it leaves to the background. */
export function statementLog() {
  const current = new AsyncLocalStorage<string[]>()
  return {
    onStatement: (sql: string) => void current.getStore()?.push(sql),
    /** The statements of `work`. It has ended when none came for a moment. */
    async of(work: () => Promise<unknown>): Promise<readonly string[]> {
      const statements: string[] = []
      await current.run(statements, work)
      for (let known = -1; known < statements.length; await pause(SETTLING_MS))
        known = statements.length
      return statements
    },
  }
}

/** Calls `measure` with each operation. The account keeps its password. */
export async function eachOperation(
  send: Send,
  { id, email, password }: Account,
  measure: (operation: Operation, run: () => Promise<void>) => Promise<void>,
): Promise<void> {
  let token = ''
  const call = async (pathname: string, method: string, body?: object) => {
    const answer = await send(`/api/users${pathname}`, {
      method,
      headers: { Authorization: `JWT ${token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${pathname}: ${answer.status}`)
    return (await answer.json()) as { token?: string; refreshedToken?: string }
  }
  const calls: Record<Operation, () => Promise<void>> = {
    async login() {
      token = ''
      token = (await call('/login', 'POST', { email, password })).token ?? ''
    },
    me: async () => void (await call('/me', 'GET')),
    async refresh() {
      token = (await call('/refresh-token', 'POST')).refreshedToken ?? ''
    },
    password: async () => void (await call(`/${id}`, 'PATCH', { password })),
    logout: async () => void (await call('/logout', 'POST')),
  }
  for (const operation of OPERATIONS) {
    await measure(operation, calls[operation])
    // The first request with a refreshed token is noted in the record of its session.
    if (operation === 'refresh') await calls.me()
  }
}
