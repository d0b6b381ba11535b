import { expect } from 'vitest'
import type { FreshApp } from './freshApp.js'
import { readmeSteps } from './readmeLines.js'

export const PERSON = { email: 'you@example.com', password: 'your-password' }

interface Where {
  origin: string
  /** Default: `/api/users`. */
  users?: string
  /** With `csrf` in its config, Payload takes a cookie from browsers alone. */
  hasCsrf?: boolean
}

/** Registers the person of the README's proof as the first of the app. */
export async function registerFirst({ origin, users = '/api/users' }: Where, more: object = {}) {
  const registered = await fetch(`${origin}${users}/first-register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...PERSON, ...more }),
  })
  expect(registered.status, await registered.text()).toBe(200)
}

/** Runs the README's proof: log in, reach a protected route, log out, the same token again. */
export async function prove({
  app,
  origin,
  users = '/api/users',
  hasCsrf = false,
}: Where & { app: FreshApp }) {
  const lines = readmeSteps('proof')
    .flatMap((step) => (step.kind === 'shell' ? [step.lines] : []))
    .join('\n')
  expect(lines).toContain(JSON.stringify(PERSON.password))
  const expected = [...lines.matchAll(/# (\d{3})$/gm)].map(([, status]) => status)
  expect(expected).toEqual(['200', '200', '200', '401'])
  const own = lines
    .replace('http://localhost:3000/api', origin)
    .replace('curl -s', hasCsrf ? "curl -s -H 'Sec-Fetch-Site: same-origin'" : 'curl -s')
    .replaceAll('$site/users', `$site${users}`)
  expect((await app.shell(own)).trim().split('\n')).toEqual(expected)
}
