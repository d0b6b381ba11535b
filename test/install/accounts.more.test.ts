import { afterAll, expect, it } from 'vitest'
import { PERSON, prove } from './prove.js'
import { accountsAsks, accountsPanel, FRONT_END } from './twins/accountsAsks.js'
import { answersAlike } from './twins/answersAlike.js'
import { startFrontEnd } from './twins/frontEnd.js'
import { panelAlike } from './twins/panelAlike.js'
import { twinsForTests } from './twins/twinsForTests.js'

const users = '/rest/users'

/** The routes of Next.js lie where the config says. */
const MOVE = `
  cd 'src/app/(payload)'
  mv admin backstage
  mv api rest
  mv rest/graphql rest/query
  sed -i 's#./admin/#./backstage/#' layout.tsx
`

const frontEnd = await startFrontEnd()

const { installed, both } = twinsForTests(['accounts'], {
  users,
  prepare: (app) => app.shell(MOVE),
  env: { FRONT_ENDS: `${FRONT_END} ${frontEnd.origin}` },
})

afterAll(() => frontEnd.stop())

it('accounts with other routes and cached components refuse a token that was logged out', () =>
  prove({ ...installed(), hasCsrf: true }))

it('a page of another origin can read that its token is refused, and log in again', async () => {
  const page = await frontEnd.visit()
  const api = `${installed().origin}${users}`
  const send = (path: string, method: string, json?: object) =>
    page.evaluate(
      async ([url, init]) => {
        const answer = await fetch(url, { credentials: 'include', ...init })
        return { status: answer.status, email: (await answer.json()).user?.email }
      },
      [
        `${api}${path}`,
        {
          method,
          ...(json && {
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(json),
          }),
        },
      ] as const,
    )
  expect(await send('/login', 'POST', PERSON)).toEqual({ status: 200, email: PERSON.email })
  expect(await send('/me', 'GET')).toEqual({ status: 200, email: PERSON.email })
  const cookies = await page.context().cookies()
  expect((await send('/logout', 'POST')).status).toBe(200)
  await page.context().addCookies(cookies)
  expect((await send('/me', 'GET')).status).toBe(401)
  expect((await send('/login', 'POST', PERSON)).status).toBe(200)
  expect(await send('/me', 'GET')).toEqual({ status: 200, email: PERSON.email })
})

answersAlike('accounts with a front end elsewhere', accountsAsks, both)

panelAlike({ as: 'admin', admin: '/backstage', pages: accountsPanel }, both)
