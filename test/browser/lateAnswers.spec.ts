import { expect, type Page } from '@playwright/test'
import { test, tokenCookie } from '../support/browserTest.js'
import { type HoldingProxy, startHoldingProxy } from '../support/holdingProxy.js'
import { login, loginFrom } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { newMember, type Person } from '../support/people.js'

/** More with `LATE_ROUNDS=100`: what is said of 200 in the guarantees. */
const ROUNDS = Number(process.env.LATE_ROUNDS ?? 2)

let proxy: HoldingProxy
let person: Person
test.beforeAll(async ({ app }) => {
  proxy = await startHoldingProxy(app.origin)
  person = await newMember(app)
})
test.afterAll(() => proxy?.stop())
test.setTimeout(180_000 + ROUNDS * 2_000)

/** Logs in by a script of the page, as it stands: over the cookie that the browser has. */
const logInByScript = (page: Page, { email, password }: Person) =>
  page.evaluate(async (body) => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch('/api/users/login', { method: 'POST', headers, body })
    return ((await answer.json()) as { token: string }).token
  }, JSON.stringify({ email, password }))

/** Polls twice, and gets both answers after `act`: one request comes late, and one answer. */
async function whilePolling(page: Page, act: () => Promise<string>): Promise<number[]> {
  const polls = page.evaluate(async () => {
    const ask = async (late: string) => (await fetch(`/api/users/me?late=${late}`)).status
    return Promise.all([ask('request'), ask('answer')])
  })
  await proxy.untilHeld(2)
  const token = await act()
  proxy.letGo()
  const statuses = await polls
  expect((await tokenCookie(page))?.value).toBe(token)
  return statuses
}

const setCookie = (page: Page, value: string) =>
  page.context().addCookies([{ name: 'payload-token', value, url: proxy.origin, httpOnly: true }])

const logOut = (app: NextApp, token: string) =>
  app.request('/api/users/logout', { method: 'POST', headers: loginFrom(token).jwt })

test('a late 401 never takes the cookie of a login over a living session', async ({ page }) => {
  await page.goto(`${proxy.origin}/login`)
  await logInByScript(page, person)
  for (let round = 0; round < ROUNDS; round += 1) {
    const statuses = await whilePolling(page, () => logInByScript(page, person))
    expect(statuses).toEqual([401, 200])
  }
})

test('a late 401 never takes the cookie of a login over a dead session', async ({ app, page }) => {
  await page.goto(`${proxy.origin}/login`)
  for (let round = 0; round < ROUNDS; round += 1) {
    await logOut(app, await logInByScript(page, person))
    const statuses = await whilePolling(page, () => logInByScript(page, person))
    expect(statuses).toEqual([401, 401])
  }
})

test('a late 401 never takes the cookie of a refresh', async ({ app, page }) => {
  const sessions: { old: string; next: string }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const session = await login(app, person)
    const post = { method: 'POST', headers: session.jwt }
    const answer = await app.request('/api/users/refresh-token', post)
    const { refreshedToken } = (await answer.json()) as { refreshedToken: string }
    sessions.push({ old: session.token, next: refreshedToken })
  }
  const last = loginFrom(sessions.at(-1)?.old ?? '').byCookie
  // A rotated token works for ten seconds more.
  await expect
    .poll(async () => (await app.request('/api/users/me', { headers: last })).status)
    .toBe(401)
  await page.goto(`${proxy.origin}/login`)
  for (const { old, next } of sessions) {
    await setCookie(page, old)
    const statuses = await whilePolling(page, async () => {
      await setCookie(page, next)
      return next
    })
    expect(statuses).toEqual([401, 401])
  }
})

test('the dead cookie of somebody who never logs in again goes with the next page', async ({
  app,
  page,
}) => {
  await page.goto(`${proxy.origin}/login`)
  await logOut(app, await logInByScript(page, person))
  const status = () => page.evaluate(async () => (await fetch('/api/posts')).status)
  expect(await status()).toBe(401)
  expect(await tokenCookie(page)).toBeDefined()
  await page.goto(`${proxy.origin}/account`)
  await expect(page).toHaveURL(/\/login\?redirect=/)
  expect(await tokenCookie(page)).toBeUndefined()
  expect(await status()).toBe(200)
})
