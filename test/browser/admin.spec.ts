import { expect, type Page } from '@playwright/test'
import { test, tokenCookie, withoutLiveLogout } from '../support/browserTest.js'
import type { NextApp } from '../support/nextApp.js'
import { logInToPanel, openPanel } from '../support/panel.js'
import { newAdministrator } from '../support/people.js'

async function revokeFromOutside(app: NextApp, page: Page) {
  const cookie = await tokenCookie(page)
  const headers = { Cookie: `payload-token=${cookie?.value}` }
  const response = await app.request('/api/users/logout', { method: 'POST', headers })
  expect(response.status).toBe(200)
  return cookie
}

test('a token revoked from outside leads from the panel to its login page, without a loop', async ({
  app,
  page,
  person,
}) => {
  await withoutLiveLogout(page)
  await page.goto('/admin')
  await expect(page).toHaveURL(/\/admin\/login/)
  await logInToPanel(page, person)
  await page.goto('/admin/collections/revocations')
  await expect(page.getByRole('heading', { level: 1, name: 'Sign-outs' })).toBeVisible()

  const stale = await revokeFromOutside(app, page)
  const documents: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url())
  })
  await page.goto('/admin/collections/users')
  await expect(page).toHaveURL(/\/admin\/login\?redirect=/)
  await expect(page.getByRole('button', { name: 'Login' })).toBeVisible()
  expect(documents.length).toBeLessThanOrEqual(3)

  // The stale cookie is there while logging in again.
  if (stale) await page.context().addCookies([stale])
  await logInToPanel(page, person)
  await expect(page).toHaveURL(/\/admin\/collections\/users/)
  await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible()
})

test('a link inside the panel leads to the login page once the token is revoked', async ({
  app,
  page,
  person,
}) => {
  await withoutLiveLogout(page)
  await openPanel(page, app, person)
  await revokeFromOutside(app, page)
  await page.getByRole('link', { name: 'Show all Posts' }).click()
  await expect(page).toHaveURL(/\/admin\/login/)
  await expect(page.getByRole('button', { name: 'Login' })).toBeVisible()
})

test('logging out of the panel ends the token, and the panel says so once', async ({
  app,
  page,
  person,
}) => {
  await openPanel(page, app, person)
  const cookie = await tokenCookie(page)
  await page.goto('/admin/logout')
  await expect(page).toHaveURL(/\/admin\/(?:login|logout)/)
  await expect
    .poll(async () => {
      const headers = { Cookie: `payload-token=${cookie?.value}` }
      return (await app.request('/api/users/me', { headers })).status
    })
    .toBe(401)
  await page.goto('/admin')
  await expect(page).toHaveURL(/\/admin\/login/)
})

test('a password set in the panel ends the sessions of that user, and not those of who set it', async ({
  app,
  page,
  person,
}) => {
  const { email, password } = await newAdministrator(app)
  const other = await app.request('/api/users/login', { body: { email, password } })
  const { token, user } = (await other.json()) as { token: string; user: { id: number } }
  await openPanel(page, app, person)
  await page.goto(`/admin/collections/users/${user.id}`)
  await page.getByRole('button', { name: 'Change Password' }).click()
  await page.getByLabel('New Password').fill('set-in-the-panel')
  await page.getByLabel('Confirm Password').fill('set-in-the-panel')
  // The panel lets a click go by while it is busy with the form's state.
  let isSaved = false
  page.on('response', (answer) => {
    isSaved ||= answer.request().method() === 'PATCH' && answer.ok()
  })
  await expect(async () => {
    if (!isSaved) await page.getByRole('button', { name: 'Save' }).click({ timeout: 1_000 })
    expect(isSaved).toBe(true)
  }).toPass()
  await expect
    .poll(async () => {
      const headers = { Authorization: `JWT ${token}` }
      return (await app.request('/api/users/me', { headers })).status
    })
    .toBe(401)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Change Password' })).toBeVisible()
})
