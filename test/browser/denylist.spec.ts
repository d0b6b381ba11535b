import { expect, type Page } from '@playwright/test'
import { test } from '../support/browserTest.js'
import { isAccepted } from '../support/isAccepted.js'
import { login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { confirm, enter } from '../support/panel.js'
import { asAdministrator, newMember } from '../support/people.js'

const LIST = '/admin/collections/revocations'

/** A member whose token was ended by itself, with a note of its own, and another by logout. */
async function revokeTwo(app: NextApp, note: string) {
  const person = await newMember(app)
  const [ended, loggedOut] = [await login(app, person), await login(app, person)]
  const { jwt } = await asAdministrator(app)
  await app.request('/api/revocation/revoke', {
    headers: jwt,
    body: { jti: ended.claims.jti, note },
  })
  await app.request('/api/users/logout', { method: 'POST', headers: loggedOut.jwt })
  return { person, ended, loggedOut }
}

const rows = (page: Page) => page.locator('tbody').getByRole('row')
const rowOf = (page: Page, name: unknown) => rows(page).filter({ hasText: String(name) })

test('the list is narrowed by state, scope and reason, searched, and leads to the entry', async ({
  app,
  page,
  person,
}) => {
  const { person: member, ended } = await revokeTwo(app, 'Found in a log file')
  await enter(page, app, person)
  await page.goto(LIST)
  await expect(rowOf(page, ended.claims.jti)).toContainText('Part of a session')
  await expect(rowOf(page, ended.claims.jti)).toContainText('Ended by an administrator')
  await expect(rowOf(page, member.email)).toContainText('One session')

  await page.getByLabel('What ended', { exact: true }).selectOption('One session')
  await expect(rowOf(page, ended.claims.jti)).toHaveCount(0)
  await expect(rowOf(page, member.email)).toBeVisible()
  await page.getByLabel('What ended', { exact: true }).selectOption('Any')
  await page.getByLabel('Reason', { exact: true }).selectOption('Ended by an administrator')
  await expect(rowOf(page, member.email)).toHaveCount(0)
  await page.getByLabel('State', { exact: true }).selectOption('In force')
  await expect(rowOf(page, ended.claims.jti)).toContainText('In force')
  await page.getByLabel('State', { exact: true }).selectOption('Expired')
  await expect(rowOf(page, ended.claims.jti)).toHaveCount(0)

  await page.goto(`${LIST}?search=Found+in+a+log`)
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('link', { name: String(ended.claims.jti) }).click()
  await expect(page.getByLabel('Note')).toHaveValue('Found in a log file')
  await expect(page.getByText('In force', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
})

test('a sign-out is undone, its token counts again, and both rows stay', async ({
  app,
  page,
  person,
}) => {
  const { ended } = await revokeTwo(app, 'A mistake')
  await enter(page, app, person)
  await page.goto(`${LIST}?search=${ended.claims.jti}`)
  const opener = page.getByRole('button', {
    name: `Undo the sign-out of ${ended.claims.jti}`,
  })
  await opener.click()
  await confirm(page, { title: 'Undo this sign-out?', button: 'Undo' })
  await expect(rows(page).getByText('Undone', { exact: true })).toHaveCount(1)
  await expect(rows(page).getByText('Undoes another')).toHaveCount(1)
  await expect(opener).toHaveCount(0)
  await expect.poll(() => isAccepted(app, ended)).toBe(true)

  await page.goto(LIST)
  await page.getByLabel('State', { exact: true }).selectOption('Undone')
  await expect(rowOf(page, ended.claims.jti)).toHaveCount(1)
})

test('a logout is one row with whose it was, and undone whole', async ({ app, page, person }) => {
  const { person: member, loggedOut } = await revokeTwo(app, 'Not this one')
  await enter(page, app, person)
  await page.goto(`${LIST}?search=${loggedOut.claims.sid}`)
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page).getByRole('link', { name: member.email })).toHaveCount(2)
  await page.goto(`${LIST}?search=${loggedOut.claims.jti}`)
  await expect(page.getByLabel('What ended', { exact: true })).toBeVisible()
  await expect(rows(page)).toHaveCount(0)

  await page.goto(`${LIST}?search=${loggedOut.claims.sid}`)
  await page.getByRole('button', { name: `Undo the sign-out of ${member.email}` }).click()
  await expect(page.getByRole('dialog')).toContainText(member.email)
  await confirm(page, { title: 'Undo this sign-out?', button: 'Undo' })
  await expect(rows(page).getByText('Undone', { exact: true })).toHaveCount(1)
  await expect(rows(page)).toHaveCount(2)
  await expect.poll(() => isAccepted(app, loggedOut)).toBe(true)
})

test('people are named with a link, and one who is deleted is said to be', async ({
  app,
  page,
  person,
}) => {
  const { person: member, loggedOut } = await revokeTwo(app, 'Of somebody who leaves')
  await enter(page, app, person)
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/api/revocation/people')) asked.push(String(request.postData()))
  })
  await page.goto(`${LIST}?search=${loggedOut.claims.sid}`)
  await rows(page).getByRole('link', { name: member.email }).first().click()
  await expect(page.getByRole('heading', { name: 'One session: Logged out' })).toBeVisible()
  const who = page.locator('.field-type').filter({ hasText: 'By whom' })
  await expect(who.getByRole('link', { name: member.email })).toHaveAttribute(
    'href',
    `/admin/collections/users/${member.id}`,
  )
  // One request for all names of a page.
  expect(asked).toHaveLength(1)

  const { jwt } = await asAdministrator(app)
  await app.request(`/api/users/${member.id}`, { method: 'DELETE', headers: jwt })
  await page.goto(`${LIST}?search=user:users:${member.id}`)
  await expect(rows(page)).toContainText([`users:${member.id} (deleted)`])
})

test('a pasted id and a pasted token are explained, and the token is never sent', async ({
  app,
  page,
  person,
}) => {
  const { person: member, ended, loggedOut } = await revokeTwo(app, 'Shown to a stranger')
  const alive = await login(app, member)
  await enter(page, app, person)
  await page.goto('/admin/revocation')
  const sent: string[] = []
  page.on('request', (request) => {
    sent.push(`${request.url()} ${request.postData() ?? ''} ${JSON.stringify(request.headers())}`)
  })
  const field = page.getByLabel('A token, or its id (jti)')
  const panel = page.getByRole('region', { name: 'Why was a login refused?' })
  const explain = async (text: string) => {
    await field.fill(text)
    await panel.getByRole('button', { name: 'Explain' }).click()
  }

  await explain(String(ended.claims.jti))
  await expect(
    panel.getByRole('link', { name: 'Part of a session: Ended by an administrator' }),
  ).toBeVisible()
  await expect(panel).toContainText('Shown to a stranger')

  await explain(`Bearer ${loggedOut.token}`)
  // The logout of a session and its token is one.
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  await expect(panel.getByRole('link', { name: 'One session: Logged out' })).toBeVisible()
  await expect(panel.getByRole('link', { name: member.email })).not.toHaveCount(0)
  await expect(field).toHaveValue(String(loggedOut.claims.jti))

  await explain(alive.token)
  await expect(panel).toContainText('Not refused')
  await explain('two words')
  await expect(panel).toContainText('This is neither a token nor an id.')

  const texts = sent.join('\n')
  expect(texts).toContain(String(loggedOut.claims.jti))
  for (const { token } of [loggedOut, alive]) {
    for (const part of token.split('.').slice(1)) expect(texts).not.toContain(part)
  }
})
