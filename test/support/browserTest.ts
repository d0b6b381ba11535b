import { test as base, expect, type Page } from '@playwright/test'
import { type NextApp, startApp } from './nextApp.js'
import { enter } from './panel.js'
import { newAdministrator, type Person } from './people.js'

/**
 * Playwright's `test` with the app running, shared by a worker's tests, and a user for each test.
 */
export const test = base.extend<{ person: Person }, { app: NextApp }>({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it needs here
    async ({}, use) => {
      const app = await startApp()
      await use(app)
      await app.stop()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ app }, use) => use(app.origin),
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page)
    page.goto = async (...args) => {
      const response = await goto(...args)
      await untilAlive(page)
      return response
    }
    await use(page)
  },
  person: async ({ app }, use) => use(await newAdministrator(app)),
})

/**
 * On a slow machine a page is visible before its scripts run, and a click is lost. If they never
 * run, the test continues and reports what it misses.
 */
const untilAlive = (page: Page) =>
  page
    .waitForFunction(
      () =>
        [...document.querySelectorAll('button')].every((button) =>
          Object.keys(button).some((key) => key.startsWith('__react')),
        ),
      undefined,
      { timeout: 60_000 },
    )
    .catch(() => {})

/** Logs in with the form of `/login` and waits for the account page. */
export async function logIn(page: Page, { email, password }: Person) {
  await page.goto('/login')
  await submitLogin(page, { email, password })
  await expect(page).toHaveURL('/account')
  await expect(accountHeading(page)).toBeVisible()
}

/** Like `logIn`, without the form. */
export async function openAccount(page: Page, app: NextApp, person: Person) {
  await enter(page, app, person)
  await page.goto('/account')
  // A page of another context does not wait for it by itself.
  await untilAlive(page)
  await expect(accountHeading(page)).toBeVisible()
}

export async function submitLogin(
  page: Page,
  { email, password }: Pick<Person, 'email' | 'password'>,
) {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

export const accountHeading = (page: Page) =>
  page.getByRole('heading', { level: 1, name: 'Your account' })

export async function tokenCookie(page: Page) {
  const cookies = await page.context().cookies()
  return cookies.find(({ name }) => name === 'payload-token')
}

/** Switches live logout off, for tests of a page that stays open without it. */
export const withoutLiveLogout = (page: Page) =>
  page.route('**/api/revocation/live', (route) => route.abort())
