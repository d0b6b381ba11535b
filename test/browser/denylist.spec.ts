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
  const { ended, loggedOut } = await revokeTwo(app, 'Found in a log file')
  await enter(page, app, person)
  await page.goto(LIST)
  await expect(rowOf(page, ended.claims.jti)).toContainText('Token')
  await expect(rowOf(page, ended.claims.jti)).toContainText('Ended by an administrator')
  await expect(rowOf(page, loggedOut.claims.sid)).toContainText('Session')

  await page.getByLabel('Scope', { exact: true }).selectOption('Session')
  await expect(rowOf(page, ended.claims.jti)).toHaveCount(0)
  await expect(rowOf(page, loggedOut.claims.sid)).toBeVisible()
  await page.getByLabel('Scope', { exact: true }).selectOption('Any')
  await page.getByLabel('Reason', { exact: true }).selectOption('Ended by an administrator')
  await expect(rowOf(page, loggedOut.claims.sid)).toHaveCount(0)
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

test('a revocation is lifted, its token counts again, and both rows stay', async ({
  app,
  page,
  person,
}) => {
  const { ended } = await revokeTwo(app, 'A mistake')
  await enter(page, app, person)
  await page.goto(`${LIST}?search=${ended.claims.jti}`)
  const opener = page.getByRole('button', {
    name: `Lift the revocation of jti:${ended.claims.jti}`,
  })
  await opener.click()
  await confirm(page, { title: 'Lift this revocation?', button: 'Lift' })
  await expect(rows(page).getByText('Lifted', { exact: true })).toHaveCount(1)
  await expect(rows(page).getByText('Takes back another')).toHaveCount(1)
  await expect(opener).toHaveCount(0)
  await expect.poll(() => isAccepted(app, ended)).toBe(true)

  await page.goto(LIST)
  await page.getByLabel('State', { exact: true }).selectOption('Lifted')
  await expect(rowOf(page, ended.claims.jti)).toHaveCount(1)
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
  const field = page.getByLabel('A token or its id (jti)')
  const panel = page.getByRole('region', { name: 'Why is a token refused?' })
  const explain = async (text: string) => {
    await field.fill(text)
    await panel.getByRole('button', { name: 'Explain' }).click()
  }

  await explain(String(ended.claims.jti))
  await expect(panel.getByRole('link', { name: 'Token: Ended by an administrator' })).toBeVisible()
  await expect(panel).toContainText('Shown to a stranger')

  await explain(`Bearer ${loggedOut.token}`)
  await expect(panel.getByRole('link', { name: 'Session: Logged out' })).toBeVisible()
  await expect(panel).toContainText(`users:${member.id}`)
  await expect(field).toHaveValue(String(loggedOut.claims.jti))

  await explain(alive.token)
  await expect(panel).toContainText('Nothing revokes it')
  await explain('two words')
  await expect(panel).toContainText('This is neither a token nor an id.')

  const texts = sent.join('\n')
  expect(texts).toContain(String(loggedOut.claims.jti))
  for (const { token } of [loggedOut, alive]) {
    for (const part of token.split('.').slice(1)) expect(texts).not.toContain(part)
  }
})
