import { type BrowserContext, expect, type Page } from '@playwright/test'
import { accountHeading, test } from '../support/browserTest.js'
import { bundledPage } from '../support/bundledPage.js'
import { startFrontProxy } from '../support/frontProxy.js'
import { endSessions, followConnections, waitUntilHidden } from '../support/live.js'
import { login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { newAdministrator } from '../support/people.js'

/** Two more than a browser makes connections to one HTTP/1.1 server. */
const TABS = 8

/** As in a local network without a certificate: `playwright.config.ts` says where the name leads. */
const onLan = (port: number | string) => `http://lan.example:${port}`

async function openTabs(context: BrowserContext, addresses: readonly string[]) {
  const tabs: Page[] = []
  for (const address of addresses) {
    const tab = await context.newPage()
    await tab.goto(address)
    tabs.push(tab)
  }
  return tabs
}

/** Tabs of one person, each of which sends a token of its own by header. */
async function openTabsByHeader(context: BrowserContext, app: NextApp, count: number) {
  const html = await bundledPage('byHeader.tsx')
  const proxy = await startFrontProxy(app.origin, {
    instead: ({ url }) => (url === '/by-header' ? { status: 200, body: html } : undefined),
  })
  const person = await newAdministrator(app)
  const sessions = await Promise.all(Array.from({ length: count }, () => login(app, person)))
  const connections = followConnections(context)
  const addresses = sessions.map(({ token }) => `${onLan(proxy.port)}/by-header#${token}`)
  return { connections, person, proxy, sessions, tabs: await openTabs(context, addresses) }
}

const expectCovered = (tabs: readonly Page[], secret: string) =>
  Promise.all(tabs.map((tab) => waitUntilHidden(tab, secret)))

/** A request of a page goes through at once, though live connections are open. */
async function expectRoomForRequests(tab: Page) {
  const status = tab.evaluate(async () => (await fetch('/api/posts?limit=1')).status)
  await expect(status).resolves.toBe(200)
}

test('eight tabs over plain HTTP all load, and all are covered when the session ends', async ({
  app,
  context,
  person,
}) => {
  const lan = onLan(new URL(app.origin).port)
  const { token } = await login(app, person)
  await context.addCookies([{ name: 'payload-token', value: token, url: lan }])
  const connections = followConnections(context)

  const site = await openTabs(context, Array(TABS - 2).fill(`${lan}/account`))
  const panel = await openTabs(context, Array(2).fill(`${lan}/admin`))
  for (const tab of site) await expect(accountHeading(tab)).toBeVisible()
  for (const tab of panel) await expect(tab.getByText('Collections').first()).toBeVisible()
  expect(await site[0]?.evaluate(() => window.isSecureContext)).toBe(false)
  await expect.poll(() => connections.size).toBe(1)
  for (const tab of site) await expectRoomForRequests(tab)

  await endSessions(app, person)
  await Promise.all([expectCovered(site, person.email), expectCovered(panel, 'Collections')])
  for (const tab of site) await expect(tab).toHaveURL(`${lan}/login?redirect=%2Faccount`)
  for (const tab of panel) await expect(tab).toHaveURL(/\/admin\/login/)
})

test('eight tabs with tokens of their own all load, and all are covered when the sessions end', async ({
  app,
  context,
}) => {
  const { connections, person, proxy, tabs } = await openTabsByHeader(context, app, TABS)
  for (const tab of tabs) await expect(accountHeading(tab)).toBeVisible()
  await expect.poll(() => connections.size).toBe(2)
  for (const tab of tabs) await expectRoomForRequests(tab)

  await endSessions(app, person)
  await expectCovered(tabs, 'Your account')
  for (const tab of tabs) await expect(tab).toHaveURL(/\/login\?redirect=%2Fby-header$/)
  await proxy.stop()
})

test('of tabs with tokens of their own one that has no connection hears of its end by asking', async ({
  app,
  context,
}) => {
  const { connections, proxy, sessions, tabs } = await openTabsByHeader(context, app, 3)
  const [first, second, third] = tabs
  await expect.poll(() => connections.size).toBe(2)

  const headers = sessions[2]?.jwt ?? {}
  await app.request('/api/users/logout', { method: 'POST', headers })
  if (!first || !second || !third) throw new Error('no tab')
  await expect(third).toHaveURL(/\/login\?redirect=%2Fby-header$/)
  for (const tab of [first, second]) await expect(accountHeading(tab)).toBeVisible()
  await proxy.stop()
})
