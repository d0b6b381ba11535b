import { type Browser, expect, type Page } from '@playwright/test'
import { logIn, test } from '../support/browserTest.js'
import { expectAccessible } from '../support/expectAccessible.js'
import { expectToFit } from '../support/expectToFit.js'
import { startApp } from '../support/nextApp.js'
import { newMember, type Person } from '../support/people.js'

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/** The same person in another browser. */
async function onPhone(browser: Browser, baseURL: string | undefined, person: Person) {
  const context = await browser.newContext({ userAgent: PHONE, ...(baseURL && { baseURL }) })
  const page = await context.newPage()
  await logIn(page, person)
  return { context, page }
}

const devices = (page: Page) => page.getByRole('region', { name: 'Your devices' })
const device = (page: Page, name: string | RegExp) =>
  devices(page).getByRole('listitem').filter({ hasText: name })

async function openDevices(page: Page) {
  await page.goto('/account/devices')
  await expect(page.getByRole('heading', { level: 1, name: 'Your devices' })).toBeVisible()
  await expect(devices(page).getByText('This device')).toBeVisible()
}

test('one sees both devices, names one, and ends it: it leaves within a second', async ({
  app,
  baseURL,
  browser,
  page,
}) => {
  const person = await newMember(app)
  await logIn(page, person)
  const phone = await onPhone(browser, baseURL, person)
  // A login by a server function has no device until its first tab listens.
  await expect(async () => {
    await openDevices(page)
    await expect(device(page, /iOS|iPhone/)).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await expect(device(page, /This device/)).toContainText('Last active now')
  await expectAccessible(page)

  await page.getByRole('button', { name: /^Rename .*(iOS|iPhone)/ }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.getByRole('textbox', { name: 'Name' }).fill('Pocket')
  await page.keyboard.press('Enter')
  await expect(device(page, 'Pocket')).toBeVisible()
  await expect(devices(page).getByRole('status')).toHaveText('Renamed to Pocket.')
  await expect(page.getByRole('button', { name: 'Rename Pocket' })).toBeFocused()

  await page.getByRole('button', { name: 'Sign out Pocket' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign out Pocket?' })
  await expect(dialog).toHaveAccessibleDescription(/has to log in again/)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(device(page, 'Pocket')).toBeVisible()

  await page.getByRole('button', { name: 'Sign out Pocket' }).click()
  await dialog.getByRole('button', { name: 'Sign out' }).click()
  await expect(phone.page).toHaveURL('/login?redirect=%2Faccount')
  await expect(phone.page.getByRole('status')).toContainText('on another device')
  await expect(device(page, 'Pocket')).toHaveCount(0)
  await expect(devices(page).getByRole('status')).toHaveText('Pocket was signed out.')
  await expect(devices(page)).toContainText('You are signed in nowhere else.')
  await page.reload()
  await expect(devices(page).getByText('This device')).toBeVisible()
  await phone.context.close()
})

test('one signs out everywhere else, by the keyboard, and stays', async ({
  baseURL,
  browser,
  page,
  person,
}) => {
  await logIn(page, person)
  const phone = await onPhone(browser, baseURL, person)
  await openDevices(page)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(phone.page).toHaveURL('/login?redirect=%2Faccount')
  await expect(devices(page).getByRole('status')).toBeFocused()
  await page.reload()
  await expect(devices(page).getByText('This device')).toBeVisible()
  await phone.context.close()
})

test('where the server wants it, the password is asked for, and a wrong one ends nothing', async ({
  browser,
}) => {
  const app = await startApp({ env: { REAUTHENTICATION: 'true' } })
  const person = await newMember(app)
  const context = await browser.newContext({ baseURL: app.origin })
  const page = await context.newPage()
  await logIn(page, person)
  const phone = await onPhone(browser, app.origin, person)
  await openDevices(page)

  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click()
  const password = dialog.getByLabel('Your password')
  await expect(password).toBeFocused()
  await password.fill('wrong-password')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('The password is not right')
  await expect(password).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
  await phone.page.reload()
  await expect(phone.page).toHaveURL('/account')

  await password.fill(person.password)
  await page.keyboard.press('Enter')
  await expect(phone.page).toHaveURL(/\/login/)
  await expect(dialog).toHaveCount(0)
  await phone.context.close()
  await context.close()
  await app.stop()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the devices page fits a phone and axe finds nothing, ${colorScheme}`, async ({
    baseURL,
    browser,
    page,
    person,
  }) => {
    await page.setViewportSize({ width: 400, height: 800 })
    await page.emulateMedia({ colorScheme })
    await logIn(page, person)
    const phone = await onPhone(browser, baseURL, person)
    await openDevices(page)
    await expectToFit(page)
    await expectAccessible(page)
    await phone.context.close()
  })
}
