import { expect, type Page } from '@playwright/test'
import { test } from '../support/browserTest.js'
import { expectAccessible } from '../support/expectAccessible.js'
import { coverOf, endSessions, openAccountLive, openPanelLive } from '../support/live.js'
import { login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { asAdministrator, type Person } from '../support/people.js'

const TYPED = 'An afternoon of work,\nnot saved yet.'

/** The browser's own dialogs, "Leave site?" among them. */
function followDialogs(page: Page) {
  const shown: string[] = []
  page.on('dialog', (dialog) => {
    shown.push(dialog.type())
    void dialog.dismiss()
  })
  return shown
}

async function newPost(app: NextApp) {
  const { jwt } = await asAdministrator(app)
  const response = await app.request('/api/posts', { body: { title: 'A post' }, headers: jwt })
  const { doc } = (await response.json()) as { doc: { id: number } }
  return `/admin/collections/posts/${doc.id}`
}

/** Opens a post in the panel and types into it. */
async function typeIntoPost(page: Page, app: NextApp, person: Person) {
  const post = await newPost(app)
  await openPanelLive(page, app, person, post)
  await page.locator('#field-body').fill(TYPED)
  return post
}

const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

test('over unsaved changes the panel is covered, offers to copy them, and lets nobody be stuck', async ({
  app,
  context,
  page,
  person,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const dialogs = followDialogs(page)
  const post = await typeIntoPost(page, app, person)
  // A real click: without one a browser never asks before a page is left.
  await page.locator('#field-title').click()

  await endSessions(app, person)
  const cover = coverOf(page)
  await expect(cover).toBeVisible()
  await expect(cover).toContainText('An administrator ended your session.')
  await expect(cover).toContainText('This page has changes that are not saved.')
  await expect(cover).not.toContainText('An afternoon')
  await expectAccessible(page, { within: '.jwt-revocation-cover' })

  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape')
  await expect(cover).toBeVisible()
  await expect(page).toHaveURL(post)

  await cover.getByRole('button', { name: 'Copy my changes' }).click()
  await expect(cover.getByRole('status')).toContainText('Your changes are copied.')
  expect(await copied(page)).toBe(`A post\n\nBody:\n${TYPED}`)

  await cover.getByRole('link', { name: 'Log in' }).click()
  await expect(page).toHaveURL(`/admin/login?redirect=${encodeURIComponent(post)}`)
  await expect(page.getByRole('status').first()).toHaveText('An administrator ended your session.')
  expect(dialogs).toEqual([])
})

test('over plain HTTP, where no page may write to the clipboard, the changes are shown to be copied', async ({
  app,
  context,
  page,
  person,
}) => {
  const lan = `http://lan.example:${new URL(app.origin).port}`
  const { token } = await login(app, person)
  await context.addCookies([{ name: 'payload-token', value: token, url: lan }])
  await page.goto(lan + (await newPost(app)))
  await page.locator('#field-body').fill(TYPED)
  await endSessions(app, person)

  const cover = coverOf(page)
  await cover.getByRole('button', { name: 'Copy my changes' }).click()
  await expect(cover.getByRole('status')).toContainText('could not be copied')
  const shown = cover.getByRole('textbox')
  await expect(shown).toHaveValue(`A post\n\nBody:\n${TYPED}`)
  await expect(shown).toBeFocused()
  await expectAccessible(page, { within: '.jwt-revocation-cover' })
})

test('a password that was typed is never offered to be copied', async ({
  app,
  context,
  page,
  person,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openPanelLive(page, app, person, `/admin/collections/users/${person.id}`)
  await page.locator('#field-name').fill('A new name')
  await page.getByRole('button', { name: 'Change Password' }).click()
  await page.locator('#field-password').fill('a-new-password')
  await page.locator('#field-confirm-password').fill('a-new-password')
  await endSessions(app, person)

  const cover = coverOf(page)
  await cover.getByRole('button', { name: 'Copy my changes' }).click()
  await expect(cover.getByRole('status')).toContainText('copied')
  expect(await copied(page)).toBe(`${person.email}\n\nName:\nA new name`)
})

test('a document without unsaved changes is left at once', async ({ app, page, person }) => {
  const post = await newPost(app)
  await openPanelLive(page, app, person, post)
  await endSessions(app, person)
  await expect(page).toHaveURL(`/admin/login?redirect=${encodeURIComponent(post)}`)
})

test('a page of a site that would ask before it is left is covered, and left by a click alone', async ({
  app,
  page,
  person,
}) => {
  const dialogs = followDialogs(page)
  await openAccountLive(page, app, person)
  await page.evaluate(() =>
    window.addEventListener('beforeunload', (event) => event.preventDefault()),
  )
  await page.getByLabel('New password').pressSequentially('unsaved')
  await endSessions(app, person)

  const cover = coverOf(page)
  await expect(cover).toContainText('This page has changes that are not saved.')
  await expect(page).toHaveURL('/account')
  await cover.getByRole('link', { name: 'Log in' }).click()
  await expect(page).toHaveURL('/login?redirect=%2Faccount')
  expect(dialogs).toEqual([])
})
