import { expect, type Page } from '@playwright/test'
import { test, tokenCookie, withoutLiveLogout } from '../support/browserTest.js'
import { claimsOf } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { openPanel } from '../support/panel.js'

const REFRESH = '**/api/users/refresh-token**'
const ME = '**/api/users/me**'
/** A minute and a half before the token of two hours expires: the panel has asked by then. */
const NEARLY_OVER = '01:58:45'

const expectPanel = async (page: Page) => {
  await expect(page.getByRole('link', { name: 'Log out' })).toBeAttached()
  await expect(page).not.toHaveURL(/\/admin\/(?:login|logout)/)
}

const statusOf = async (app: NextApp, token: string) =>
  (await app.request('/api/users/me', { headers: { Cookie: `payload-token=${token}` } })).status

/** Lets requests go on to the server only when so many are there: then they are all at once. */
async function holdUntil(page: Page, count: number) {
  const waiting: (() => void)[] = []
  await page.context().route(REFRESH, async (route) => {
    await new Promise<void>((go) => {
      waiting.push(go)
      if (waiting.length === count) for (const each of waiting) each()
    })
    await route.continue()
  })
}

test('two tabs of the admin panel that refresh at once both stay logged in', async ({
  app,
  page,
  person,
}) => {
  await page.clock.install()
  const other = await page.context().newPage()
  const tabs = [page, other]
  // From this answer each tab knows when its token expires.
  const users = tabs.map(async (tab) => (await tab.waitForResponse(ME)).finished())
  for (const tab of tabs) await withoutLiveLogout(tab)
  await openPanel(page, app, person)
  await other.goto('/admin')
  await expectPanel(other)
  await Promise.all(users)
  const old = (await tokenCookie(page))?.value ?? ''
  await holdUntil(page, 2)

  const answers = tabs.map((tab) => tab.waitForResponse(REFRESH))
  await page.clock.fastForward(NEARLY_OVER)
  // What the panel does by itself at every step inside it, once the token is about to expire.
  for (const tab of tabs) await tab.getByRole('link', { name: 'Show all Posts' }).click()
  const tokens: string[] = []
  for (const answer of answers) {
    const response = await answer
    expect(response.status()).toBe(200)
    tokens.push((await response.json()).refreshedToken)
  }

  const [one, two] = tokens.map(claimsOf)
  expect(one?.jti).not.toBe(two?.jti)
  expect([one?.sid, two?.sid]).toEqual([claimsOf(old).sid, claimsOf(old).sid])
  expect(tokens).toContain((await tokenCookie(page))?.value)

  // A rotated token works for ten seconds more.
  await expect.poll(() => statusOf(app, old)).toBe(401)
  for (const token of tokens) expect(await statusOf(app, token)).toBe(200)
  for (const tab of tabs) {
    await tab.goto('/admin/collections/posts')
    await expectPanel(tab)
  }
})
