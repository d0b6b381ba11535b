import { expect } from '@playwright/test'
import { BROWSERS } from '../support/browsers.js'
import { test } from '../support/browserTest.js'
import { isAccepted } from '../support/isAccepted.js'
import { loginFrom } from '../support/login.js'
import { enter, openPanel } from '../support/panel.js'
import { newEditor, newMember } from '../support/people.js'

test('an editor finds the own sessions in the menu of the panel and ends one of them', async ({
  app,
  page,
}) => {
  const editor = await newEditor(app)
  const headers = { 'User-Agent': BROWSERS['Firefox on Windows'] }
  const response = await app.request('/api/users/login', { body: editor, headers })
  const other = loginFrom(((await response.json()) as { token: string }).token)
  await openPanel(page, app, editor)
  await expect(page.getByText('Denylist')).toHaveCount(0)

  await page.getByRole('button', { name: 'Open Menu' }).click()
  await page.locator('#settings-menu').getByRole('button').click()
  await page.getByRole('link', { name: 'My sessions' }).click()
  await expect(page.getByRole('heading', { name: 'My sessions' })).toBeVisible()
  await expect(page).toHaveURL(/\/admin\/my-sessions$/)
  await expect(page.getByText('This device')).toBeVisible()
  expect(await isAccepted(app, other)).toBe(true)
  await page.getByRole('button', { name: 'Sign out Firefox on Windows' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('Firefox on Windows was signed out.')).toBeVisible()
  expect(await isAccepted(app, other)).toBe(false)
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible()
})

test('the page of the own sessions is for those alone who may enter the panel', async ({
  app,
  page,
}) => {
  await page.goto('/admin/my-sessions')
  await expect(page).toHaveURL(/\/admin\/login\?redirect=%2Fadmin%2Fmy-sessions$/)
  const member = await newMember(app)
  await enter(page, app, member)
  await page.goto('/admin/my-sessions')
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  await expect(page.getByText('This device')).toHaveCount(0)
})
