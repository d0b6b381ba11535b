import { expect, type Page } from '@playwright/test'
import { BROWSERS } from '../support/browsers.js'
import { test } from '../support/browserTest.js'
import { isAccepted } from '../support/isAccepted.js'
import { openAccountLive, waitUntilHidden } from '../support/live.js'
import { login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { confirm, enter } from '../support/panel.js'
import { newMember, type Person } from '../support/people.js'

/** Somebody with a session in each of these browsers. */
async function onDevices(app: NextApp, ...names: (keyof typeof BROWSERS)[]) {
  const person = await newMember(app)
  const sessions: { token: string }[] = []
  for (const name of names) {
    const headers = { 'User-Agent': BROWSERS[name] }
    const response = await app.request('/api/users/login', { body: person, headers })
    const { token } = (await response.json()) as { token: string }
    sessions.push({ token })
  }
  return { person, sessions }
}

async function openTab(page: Page, { id }: Person) {
  await page.goto(`/admin/collections/users/${id}/sessions`)
  await expect(open(page)).toBeVisible()
}

const open = (page: Page) => page.getByRole('table', { name: 'Active sessions' })
const row = (page: Page, name: string) =>
  open(page)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name }) })

test('an administrator ends one session of a user and then all, each with a reason', async ({
  app,
  page,
  person: administrator,
}) => {
  const names = ['Firefox on Windows', 'Safari on macOS', 'Chrome on Android'] as const
  const { person, sessions } = await onDevices(app, ...names)
  // Other tests end sessions of the same app, too.
  const reason = `Lost on the train by user ${person.id}`
  const alive = () => Promise.all(sessions.map((each) => isAccepted(app, each)))
  const own = await enter(page, app, administrator)
  await page.goto(`/admin/collections/users/${person.id}`)
  await page.getByRole('link', { name: 'Sessions' }).last().click()
  await expect(open(page).getByRole('row')).toHaveCount(4)
  await expect(row(page, 'Safari on macOS')).toContainText(/seconds? ago|now/)

  const dialog = page.getByRole('dialog', { name: 'End this session?' })
  const opener = page.getByRole('button', { name: 'End the session on Firefox on Windows' })
  await opener.click()
  await expect(dialog).toContainText('Firefox on Windows is signed out at once')
  await expect(dialog).toContainText('1 active session ends.')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(await alive()).toEqual([true, true, true])

  await opener.click()
  await dialog.getByLabel('Reason (optional)').fill(reason)
  await confirm(page, { title: 'End this session?', button: 'End' })
  await expect(open(page).getByRole('row')).toHaveCount(3)
  expect(await alive()).toEqual([false, true, true])

  await page.getByRole('button', { name: 'End all sessions', exact: true }).click()
  await confirm(page, { title: 'End all sessions?', button: 'End all sessions' })
  await expect(page.getByText('Nobody is signed in to this account.')).toBeVisible()
  expect(await alive()).toEqual([false, false, false])
  expect(await isAccepted(app, own)).toBe(true)

  await page.getByText('3 sessions that ended').click()
  const ended = page.getByRole('table', { name: 'Ended' })
  await expect(ended.getByText('Ended by an administrator')).toHaveCount(3)
  const where = `where[note][equals]=${encodeURIComponent(reason)}`
  const kept = await app.request(`/api/revocations?${where}`, { headers: own.jwt })
  expect(await kept.json()).toMatchObject({ docs: [{ actor: `users:${administrator.id}` }] })
})

test('the own session is marked, and ending all others keeps it', async ({ app, page, person }) => {
  const own = await enter(page, app, person)
  const other = await login(app, person)
  await openTab(page, person)
  await expect(open(page).getByText('This session')).toHaveCount(1)
  const others = page.getByRole('button', { name: /all others/ })
  await expect(others).toHaveCount(1)
  await others.click()
  await expect(page.getByRole('dialog')).toContainText('1 active session ends.')
  await confirm(page, { title: 'End all other sessions?', button: 'End all others' })
  await expect(open(page).getByRole('row')).toHaveCount(2)
  expect(await isAccepted(app, own)).toBe(true)
  expect(await isAccepted(app, other)).toBe(false)

  await page.getByRole('button', { name: 'End all sessions', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('you will be signed out')
  await page.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click()
  await expect(page).toHaveURL(/\/admin\/login/)
})

test('a user who types in a form while an administrator ends the session is led out and told why', async ({
  app,
  baseURL,
  browser,
  page,
  person: administrator,
}) => {
  const person = await newMember(app)
  const context = await browser.newContext({ ...(baseURL && { baseURL }) })
  const user = await context.newPage()
  const live = await openAccountLive(user, app, person)
  const asked = live.requests.length
  await enter(page, app, administrator)
  await openTab(page, person)
  await page.getByRole('button', { name: /^End the session on/ }).click()
  const typing = user
    .getByLabel('New password')
    .pressSequentially('a password that is never set, since', { delay: 50 })
    .catch(() => {})

  const answered = page.waitForResponse(
    (response) =>
      response.url().endsWith('/api/revocation/revoke') &&
      !response.request().postData()?.includes('dryRun'),
  )
  await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
  await waitUntilHidden(user, person.email)
  expect((await answered).status()).toBe(200)
  // The open connection told it: the page had not to ask.
  expect(live.requests).toHaveLength(asked)
  await typing
  await expect(user).toHaveURL('/login?redirect=%2Faccount')
  await expect(user.getByRole('status')).toHaveText('An administrator ended your session.')
  await context.close()
})

test('the dialog keeps the focus, closes with Escape and gives the focus back', async ({
  app,
  page,
  person,
}) => {
  await enter(page, app, person)
  await openTab(page, person)
  const opener = page.getByRole('button', { name: 'End all sessions', exact: true })
  await opener.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'End all sessions?' })
  await expect(dialog.getByLabel('Reason (optional)')).toBeFocused()
  for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']) {
    await page.keyboard.press(key)
    await expect(dialog.locator(':focus')).toHaveCount(1)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(opener).toBeFocused()
})
