import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createFreshApp } from '../install/freshApp.js'
import { PERSON, prove, registerFirst } from '../install/prove.js'
import { readmeSteps } from '../install/readmeLines.js'
import type { RunningApp } from '../install/startApp.js'
import { runtimeOf } from './fromRegistry.js'
import { withVersions } from './withVersions.js'

const cell = inject('cell')
const isFifteen = cell.packages.next?.startsWith('15.')

const MIDDLEWARE = `
import { createGuard } from 'payload-jwt-revocation/next'

export const middleware = createGuard({ loginPath: '/admin/login' })

export const config = { matcher: ['/account/:path*'] }
`

const ACCOUNT = `
import { headers } from 'next/headers'
import { getPayload } from 'payload'
import config from '@/payload.config'

export default async function Account() {
  const requested = await headers()
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: requested })
  return <h1>{user ? \`Account of \${user.email}\` : 'Nobody'}</h1>
}
`

const app = createFreshApp()
let running: RunningApp

beforeAll(async () => {
  app.write('package.json', withVersions(app.read('package.json'), cell))
  await app.pack()
  for (const step of readmeSteps('install')) await app.follow(step)
  app.write('src/app/(frontend)/account/page.tsx', ACCOUNT)
  if (isFifteen) app.write('src/middleware.ts', MIDDLEWARE)
  else for (const step of readmeSteps('guard')) await app.follow(step)
  await app.shell('npm run build')
  running = await app.start({}, await runtimeOf(cell))
  await registerFirst(running)
})

afterAll(async () => {
  await running?.stop()
  await app.remove()
})

it('an app at the versions of the cell refuses a token that was logged out', async ({ task }) => {
  const versionOf = (name: string): string =>
    JSON.parse(app.read(`node_modules/${name}/package.json`)).version
  const { bun, next, payload, react } = cell.packages
  task.meta.versions = {
    ...(bun && { Bun: bun }),
    'Next.js': versionOf('next'),
    Payload: versionOf('payload'),
    React: versionOf('react'),
  }
  expect(task.meta.versions).toMatchObject({ 'Next.js': next, Payload: payload, React: react })
  await prove({ app, ...running })
})

it('its panel is shown with a living token, and not with one that was logged out', async () => {
  const session = await logIn()
  expect(await session.visit('/admin')).toMatchObject({ status: 200, isSentToLogin: false })
  await session.logOut()
  expect(await session.visit('/admin')).toMatchObject({ isSentToLogin: true })
})

it('its own page does not show a token that was logged out, and the guard says what it can', async () => {
  const session = await logIn()
  expect(await session.visit('/account')).toMatchObject({
    status: 200,
    heading: `Account of ${PERSON.email}`,
  })
  await session.logOut()
  // The Edge middleware of Next.js 15 sees no denylist, and says so.
  const visited = await session.visit('/account')
  expect(visited).toMatchObject(
    isFifteen
      ? { status: 200, heading: 'Nobody' }
      : { status: 307, location: '/admin/login?redirect=%2Faccount' },
  )
  expect(running.lastOutput().includes('this guard runs in the Edge runtime')).toBe(isFifteen)
})

async function logIn() {
  const post = (path: string, init: RequestInit) =>
    fetch(`${running.origin}/api/users/${path}`, { method: 'POST', ...init })
  const answer = await post('login', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(PERSON),
  })
  const { token } = await answer.json()
  const headers = { Accept: 'text/html', Cookie: `payload-token=${token}` }
  return {
    logOut: async () => expect((await post('logout', { headers })).status).toBe(200),
    async visit(path: string) {
      const page = await fetch(running.origin + path, { headers, redirect: 'manual' })
      const text = await page.text()
      const location = page.headers.get('Location')
      return {
        status: page.status,
        location: location?.replace(running.origin, ''),
        heading: /<h1>(.*?)<\/h1>/.exec(text)?.[1]?.replace('<!-- -->', ''),
        // A page that is streamed sends its redirect in the body.
        isSentToLogin:
          Boolean(location?.startsWith('/admin/login')) ||
          text.includes('NEXT_REDIRECT;replace;/admin/login'),
      }
    },
  }
}
