import { type Browser, expect, type Page } from '@playwright/test'
import { accountHeading, openAccount, test, tokenCookie } from '../support/browserTest.js'
import { expectAccessible } from '../support/expectAccessible.js'
import {
  followConnections,
  followLive,
  LIVE,
  openAccountLive,
  openPanelLive,
  setVisibility,
  waitUntilHidden,
} from '../support/live.js'
import { type Login, login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { asAdministrator, newAdministrator, type Person } from '../support/people.js'

/** What an administrator does in another browser: sets a new password for somebody. */
async function setPassword(app: NextApp, administrator: Login, { id }: Person) {
  const body = { password: 'set-by-an-administrator' }
  const headers = administrator.jwt
  const response = await app.request(`/api/users/${id}`, { method: 'PATCH', body, headers })
  expect(response.status).toBe(200)
}

async function logOutFromOutside(app: NextApp, page: Page) {
  const headers = { Cookie: `payload-token=${(await tokenCookie(page))?.value}` }
  const response = await app.request('/api/users/logout', { method: 'POST', headers })
  expect(response.status).toBe(200)
}

async function openElsewhere(browser: Browser, baseURL: string | undefined) {
  const context = await browser.newContext({ ...(baseURL && { baseURL }) })
  return { context, page: await context.newPage() }
}

/** The notice of the site's login page, and the banner of the panel's. */
const notice = (page: Page) => page.getByRole('status').first()

test('an administrator ends the sessions of a user who is typing: the site and the panel leave', async ({
  app,
  baseURL,
  browser,
  page,
  person,
}) => {
  const administrator = await asAdministrator(app)
  const panel = await openElsewhere(browser, baseURL)
  const site = await openAccountLive(page, app, person)
  const inPanel = await openPanelLive(panel.page, app, person)
  const typing = page
    .getByLabel('New password')
    .pressSequentially('a-password-that-', { delay: 50 })
    .catch(() => {})
  const before = [site.requests.length, inPanel.requests.length]

  await setPassword(app, administrator, person)
  await Promise.all([
    waitUntilHidden(page, person.email),
    waitUntilHidden(panel.page, 'Collections'),
  ])
  await typing
  // The open connection told it: nobody had to ask.
  expect([site.requests.length, inPanel.requests.length]).toEqual(before)

  await expect(page).toHaveURL('/login?redirect=%2Faccount')
  await expect(notice(page)).toHaveText('Your password was changed. Log in with the new one.')
  await expectAccessible(page)
  await expect(panel.page).toHaveURL(/\/admin\/login\?redirect=/)
  await expect(notice(panel.page)).toHaveText('Your password was changed. Log in with the new one.')

  await page.reload()
  await expect(notice(page)).toHaveText('Log in to go on.')
  await panel.context.close()
})

test('the tabs of one browser share one connection, and all leave', async ({
  app,
  page,
  person,
}) => {
  const first = await openAccountLive(page, app, person)
  const others = [await page.context().newPage(), await page.context().newPage()]
  const requests: string[] = []
  for (const other of others) {
    other.on('request', (request) => void requests.push(new URL(request.url()).pathname))
    await other.goto('/account')
    await expect(accountHeading(other)).toBeVisible()
  }
  // Each new tab asks the one that holds the connection to make it anew, and makes none itself.
  await expect.poll(() => first.requests.length).toBeGreaterThan(1)
  expect(requests).not.toContain(LIVE)

  // The tab that holds the connection goes: another one takes over.
  const successor = Promise.race(others.map((other) => followLive(other).connected))
  await page.close()
  await successor

  const [, last] = others
  if (!last) throw new Error('no tab')
  await logOutFromOutside(app, last)
  for (const other of others) {
    await expect(other).toHaveURL('/login?redirect=%2Faccount')
    await expect(notice(other)).toContainText('in another tab or on another device')
  }
})

test('a tab that was offline learns what it missed as soon as the network is back', async ({
  app,
  page,
  person,
}) => {
  await openAccountLive(page, app, person)
  const administrator = await asAdministrator(app)
  await page.context().setOffline(true)
  await setPassword(app, administrator, person)
  await page.context().setOffline(false)
  await expect(page).toHaveURL('/login?redirect=%2Faccount')
  await expect(notice(page)).toContainText('Your password was changed')
})

test('a hidden tab holds no connection, and is judged as soon as it is shown', async ({
  app,
  page,
  person,
}) => {
  await page.clock.install()
  const connections = followConnections(page.context())
  await openAccountLive(page, app, person)
  await setVisibility(page, 'hidden')
  await page.clock.fastForward(6_000)
  await expect.poll(() => connections.size).toBe(0)

  await logOutFromOutside(app, page)
  await setVisibility(page, 'visible')
  await expect(page).toHaveURL('/login?redirect=%2Faccount')
})

test('a server that hides its live connection is asked when the tab wakes', async ({
  app,
  page,
  person,
}) => {
  await page.route(`**${LIVE}`, (route) =>
    route.request().headers().accept === 'text/event-stream' ? route.abort() : route.fallback(),
  )
  await page.clock.install()
  await openAccount(page, app, person)
  await logOutFromOutside(app, page)
  await page.clock.fastForward(60_000)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(page).toHaveURL('/login?redirect=%2Faccount')
})

test('the tab in which somebody logs out says so in its own words', async ({
  app,
  page,
  person,
}) => {
  await openAccountLive(page, app, person)
  await page.getByRole('button', { name: 'Log out', exact: true }).click()
  await expect(page).toHaveURL('/login?left=here')
  await expect(notice(page)).toContainText('You are logged out.')
})

test('somebody else who logs in with the browser does not leave the page of the first open', async ({
  app,
  baseURL,
  page,
  person,
}) => {
  await openAccountLive(page, app, person)
  const somebodyElse = await newAdministrator(app)
  const other = await login(app, somebodyElse)
  await page
    .context()
    .addCookies([{ name: 'payload-token', value: other.token, url: `${baseURL}` }])
  const tab = await page.context().newPage()
  await tab.goto('/account')
  await expect(tab.getByText(somebodyElse.email)).toBeVisible()
  await expect(page.getByText(somebodyElse.email)).toBeVisible()
  await expect(page.getByText(person.email)).toHaveCount(0)
})

test('no link makes the login page tell a reason', async ({ page }) => {
  await page.goto('/login?reason=password-changed&redirect=/account')
  await expect(notice(page)).toHaveText('Log in to go on.')
})
