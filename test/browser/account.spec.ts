import { expect } from '@playwright/test'
import {
  accountHeading,
  logIn,
  openAccount,
  submitLogin,
  test,
  tokenCookie,
  withoutLiveLogout,
} from '../support/browserTest.js'

test('after a logout neither the back button nor the old cookie shows the account', async ({
  page,
  person,
}) => {
  await logIn(page, person)
  await expect(page.getByText(person.email)).toBeVisible()
  const old = await tokenCookie(page)
  if (!old) throw new Error('The login set no cookie')

  await page.getByRole('button', { name: 'Log out', exact: true }).click()
  await expect(page).toHaveURL('/login?left=here')
  await expect(page.getByRole('status')).toContainText('You are logged out')
  expect(await tokenCookie(page)).toBeUndefined()

  await page.goBack()
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible()
  await expect(page.getByText(person.email)).toHaveCount(0)

  await page.context().addCookies([old])
  await page.goto('/account')
  await expect(page).toHaveURL('/login?redirect=%2Faccount')
  await expect(page.getByRole('status')).toContainText('Log in to go on')
  expect(await tokenCookie(page)).toBeUndefined()

  await submitLogin(page, person)
  await expect(page).toHaveURL('/account')
  await expect(accountHeading(page)).toBeVisible()
})

test('the old cookie of a session that goes on still shows the account', async ({
  app,
  page,
  person,
}) => {
  await openAccount(page, app, person)
  const cookie = await tokenCookie(page)
  if (!cookie) throw new Error('The login set no cookie')
  // The open page would notice by itself, and go while this test does.
  await page.goto('about:blank')
  await page.context().clearCookies()
  await page.goto('/account')
  await expect(page).toHaveURL(/\/login/)
  await page.context().addCookies([cookie])
  await page.goto('/account')
  await expect(accountHeading(page)).toBeVisible()
})

test('logging out everywhere in one browser ends the session of another', async ({
  app,
  baseURL,
  browser,
  page,
  person,
}) => {
  const elsewhere = await browser.newContext({ baseURL })
  const other = await elsewhere.newPage()
  // What comes first of its own answer and of the live connection's word is not tried here.
  await withoutLiveLogout(other)
  await openAccount(page, app, person)
  await openAccount(other, app, person)
  await page.reload()
  await expect(accountHeading(page)).toBeVisible()

  await other.getByRole('button', { name: 'Log out everywhere' }).click()
  await expect(other).toHaveURL('/login?left=everywhere')
  await expect(other.getByRole('status')).toContainText('logged out everywhere')

  // By the guard, or by the page itself where the answer to the router has taken the cookie.
  await page.getByRole('link', { name: 'Account' }).click()
  await expect(page).toHaveURL(/\/login\?redirect=(?:%2F|\/)account$/)
  await elsewhere.close()
})

test('a changed password leaves this session and ends the other', async ({
  app,
  baseURL,
  browser,
  page,
  person,
}) => {
  const elsewhere = await browser.newContext({ baseURL })
  const other = await elsewhere.newPage()
  await openAccount(page, app, person)
  await openAccount(other, app, person)

  await page.getByLabel('New password').fill('second-password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed.')).toBeVisible()
  await page.reload()
  await expect(accountHeading(page)).toBeVisible()

  await other.reload()
  await expect(other).toHaveURL('/login?redirect=%2Faccount')
  await submitLogin(other, person)
  await expect(other.getByText('The email or password provided is incorrect.')).toBeVisible()
  await submitLogin(other, { ...person, password: 'second-password' })
  await expect(accountHeading(other)).toBeVisible()
  await elsewhere.close()
})

test('a server function called from a page that was open since leads to the login page', async ({
  app,
  page,
  person,
}) => {
  await withoutLiveLogout(page)
  await openAccount(page, app, person)
  const token = (await tokenCookie(page))?.value
  await app.request('/api/users/logout', {
    method: 'POST',
    headers: { Cookie: `payload-token=${token}` },
  })
  await page.getByLabel('New password').fill('never-to-be-set')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page).toHaveURL(/\/login\?redirect=/)
  await expect(page.getByText('Password changed.')).toHaveCount(0)
  await submitLogin(page, person)
  await expect(accountHeading(page)).toBeVisible()
})

test('logging out everywhere with a session that has ended leads to the login page', async ({
  app,
  page,
  person,
}) => {
  await withoutLiveLogout(page)
  await openAccount(page, app, person)
  const token = (await tokenCookie(page))?.value
  await app.request('/api/users/logout', {
    method: 'POST',
    headers: { Cookie: `payload-token=${token}` },
  })
  await page.getByRole('button', { name: 'Log out everywhere' }).click()
  await expect(page).toHaveURL(/\/login\?redirect=/)
})
