import { type Browser, expect, type Page } from '@playwright/test'
import { accountHeading, test } from '../support/browserTest.js'
import { type FrontProxy, type OddAnswer, startFrontProxy } from '../support/frontProxy.js'
import { coverOf, LIVE } from '../support/live.js'
import { login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { newMember } from '../support/people.js'

const json = { 'Content-Type': 'application/json' }

/** What proxies, firewalls, gateways and login walls answer in the place of the app. */
const ODD: Readonly<Record<string, OddAnswer>> = {
  'a firewall that forbids it': { status: 403 },
  'a deployment that does not know it': { status: 404 },
  'a way to the login page': { status: 302, headers: { Location: '/login' } },
  'a page in its place': { status: 200 },
  'a login of the proxy': { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="proxy"' } },
  'a gateway that speaks JSON': {
    status: 401,
    headers: json,
    body: JSON.stringify({ errors: [{ name: 'Unauthorized', message: 'No session.' }] }),
  },
  'a stream of somebody else': {
    status: 200,
    headers: { 'Content-Type': 'text/event-stream' },
    body: 'event: end\ndata: {"reason":"admin"}\n\n',
  },
}

/** So many odd answers in a row: some seconds. */
const ANSWERS = 3

/** An app behind a proxy that gives odd answers to live connections, as long as it is told to. */
async function startOddProxy(app: NextApp, odd: OddAnswer) {
  let given = 0
  let isOdd = true
  const proxy = await startFrontProxy(app.origin, {
    instead({ url }) {
      if (!isOdd || url !== LIVE) return undefined
      given += 1
      return odd
    },
  })
  return {
    ...proxy,
    given: () => given,
    becomeHonest: () => {
      isOdd = false
    },
  }
}

/** A browser with the account page open, and where it went since. */
async function openBehind(browser: Browser, app: NextApp, proxy: FrontProxy) {
  const context = await browser.newContext({ baseURL: proxy.origin })
  const session = await login(app, await newMember(app))
  await context.addCookies([{ name: 'payload-token', value: session.token, url: proxy.origin }])
  const page = await context.newPage()
  await page.goto('/account')
  await expect(accountHeading(page)).toBeVisible()
  return { context, page, session, visited: followVisits(page) }
}

function followVisits(page: Page) {
  const visited: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest()) visited.push(new URL(request.url()).pathname)
  })
  return visited
}

const logOut = async (app: NextApp, { jwt }: { jwt: HeadersInit }) =>
  expect((await app.request('/api/users/logout', { method: 'POST', headers: jwt })).status).toBe(
    200,
  )

test('no odd answer on the way signs anybody out, or switches live logout off', async ({
  app,
  browser,
}) => {
  const proofs = Object.entries(ODD).map(async ([name, odd]) => {
    const proxy = await startOddProxy(app, odd)
    const { context, page, session, visited } = await openBehind(browser, app, proxy)

    await expect.poll(proxy.given, { message: name }).toBeGreaterThanOrEqual(ANSWERS)
    expect(visited, name).toEqual([])
    await expect(page.locator('dialog[open]')).toHaveCount(0)

    proxy.becomeHonest()
    await logOut(app, session)
    await expect(page, name).toHaveURL('/login?redirect=%2Faccount')
    await context.close()
    await proxy.stop()
  })
  await Promise.all(proofs)
})

test('a page and a live connection that contradict each other send nobody round and round', async ({
  app,
  browser,
}) => {
  // As with a front end on another origin that `csrf` does not name: the page knows who it is, the
  // live connection does not.
  let connections = 0
  const proxy = await startFrontProxy(app.origin, {
    changeHeaders({ cookie, ...others }, { url }) {
      if (url !== LIVE) return { ...others, ...(cookie !== undefined && { cookie }) }
      connections += 1
      return others
    },
  })
  const context = await browser.newContext({ baseURL: proxy.origin })
  const session = await login(app, await newMember(app))
  await context.addCookies([{ name: 'payload-token', value: session.token, url: proxy.origin }])
  const page = await context.newPage()
  await page.goto('/account')

  // Once to the login page, which sends it back. Then it stays.
  await expect.poll(() => connections).toBe(2)
  const toLogin = page.waitForRequest((request) => new URL(request.url()).pathname === '/login', {
    timeout: 5_000,
  })
  await expect(toLogin).rejects.toThrow('Timeout')
  const cover = coverOf(page)
  await expect(cover).toBeVisible()
  await expect(cover.getByRole('link', { name: 'Log in' })).toHaveAttribute(
    'href',
    `${proxy.origin}/login?redirect=%2Faccount`,
  )
  await context.close()
  await proxy.stop()
})
