import { expect, type Page } from '@playwright/test'
import { login } from './login.js'
import type { NextApp } from './nextApp.js'
import type { Person } from './people.js'

/** Logs in with the form of the panel's login page, which is open. */
export async function logInToPanel(page: Page, { email, password }: Person) {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: false }).first().fill(password)
  await page.getByRole('button', { name: 'Login' }).click()
  await expect(page).not.toHaveURL(/\/admin\/login/)
  await expect(page.getByRole('link', { name: 'Log out' })).toBeAttached()
}

/** Gives the browser a session of this user without the form, which other tests cover. */
export async function enter(page: Page, app: NextApp, person: Person) {
  const session = await login(app, person)
  const cookie = { name: 'payload-token', value: session.token, url: app.origin }
  await page.context().addCookies([cookie])
  return session
}

/** Opens a page of the panel with a session of this user, without the form. */
export async function openPanel(page: Page, app: NextApp, person: Person, path = '/admin') {
  await enter(page, app, person)
  await page.goto(path)
  await expect(page.getByRole('link', { name: 'Log out' })).toBeAttached()
}

/** Clicks the confirm button, once the dialog shows how much will end. */
export async function confirm(page: Page, { title, button }: { title: string; button: string }) {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('button', { name: button, exact: true }).click()
  await expect(dialog).toHaveCount(0)
}
