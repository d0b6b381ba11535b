import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFreshApp } from './freshApp.js'
import { PERSON, prove, registerFirst } from './prove.js'
import { readmeSteps } from './readmeLines.js'
import type { RunningApp } from './startApp.js'

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

/** The lowest and the highest that Payload and this package allow. */
describe.each(['15.2.9', '15.4.11'])('an app on Next.js %s', (version) => {
  const app = createFreshApp()
  let running: RunningApp

  beforeAll(async () => {
    const packages = app.read('package.json').replace(/"next": ".*"/, `"next": "${version}"`)
    app.write('package.json', packages)
    await app.pack()
    for (const step of readmeSteps('install')) await app.follow(step)
    app.write('src/middleware.ts', MIDDLEWARE)
    app.write('src/app/(frontend)/account/page.tsx', ACCOUNT)
    await app.shell('npm run build')
    running = await app.start()
    await registerFirst(running)
  })

  afterAll(async () => {
    await running?.stop()
    await app.remove()
  })

  it('refuses a token that was logged out', () => prove({ app, ...running }))

  it('shows its pages as to a stranger: the guard sees nothing on the Edge, and says so', async () => {
    const post = (path: string, headers: Record<string, string>, body?: string) =>
      fetch(`${running.origin}/api/users/${path}`, {
        method: 'POST',
        headers,
        ...(body && { body }),
      })
    const json = { 'Content-Type': 'application/json' }
    const { token } = await (await post('login', json, JSON.stringify(PERSON))).json()
    const byCookie = { Accept: 'text/html', Cookie: `payload-token=${token}` }
    const account = async () => {
      const page = await fetch(`${running.origin}/account`, {
        headers: byCookie,
        redirect: 'manual',
      })
      return `${page.status} ${/<h1>(.*?)<\/h1>/.exec(await page.text())?.[1]?.replace('<!-- -->', '')}`
    }
    expect(await account()).toBe(`200 Account of ${PERSON.email}`)
    expect((await post('logout', byCookie)).status).toBe(200)
    expect(await account()).toBe('200 Nobody')
    expect(running.lastOutput()).toContain('this guard runs in the Edge runtime')
  })
})
