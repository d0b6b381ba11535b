import { expect } from '@playwright/test'
import { test } from '../support/browserTest.js'
import { isAccepted } from '../support/isAccepted.js'
import { login } from '../support/login.js'
import { startApp } from '../support/nextApp.js'
import { enter } from '../support/panel.js'
import { asAdministrator, newAdministrator, newMember } from '../support/people.js'
import { startRedis } from '../support/redisServer.js'

test('everyone is signed out once the phrase is typed, the administrator too', async ({
  app,
  page,
  person,
}) => {
  const [own, other] = [await enter(page, app, person), await login(app, await newMember(app))]
  await page.goto('/admin/revocation')
  const opener = page.getByRole('button', { name: 'Sign everyone out …' })
  await opener.click()
  const dialog = page.getByRole('dialog', { name: 'Sign everyone out?' })
  await expect(dialog).toContainText(/\d+ active sessions end\./)
  await expect(dialog).toContainText('you will be signed out')
  const button = dialog.getByRole('button', { name: 'Sign everyone out', exact: true })
  await expect(button).toBeDisabled()
  const phrase = dialog.getByLabel('Type “sign everyone out” to confirm')
  await phrase.fill('sign')
  await page.keyboard.press('Enter')
  await expect(button).toBeDisabled()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(opener).toBeFocused()
  expect(await isAccepted(app, own)).toBe(true)

  await opener.click()
  await dialog.getByLabel('Reason (optional)').fill('The secret was in a public repository')
  await phrase.fill('Sign everyone out')
  await button.click()
  await expect(page).toHaveURL(/\/admin\/login/)
  for (const session of [own, other]) expect(await isAccepted(app, session)).toBe(false)

  const again = await enter(page, app, person)
  await page.goto('/admin/collections/revocations?search=public+repository')
  await expect(page.locator('tbody').getByRole('row')).toContainText(['Everyone'])
  expect(await isAccepted(app, again)).toBe(true)
})

test('what was refused lately is shown with whose it was, and a forged token is no token', async ({
  app,
  page,
  person,
}) => {
  const member = await newMember(app)
  const session = await login(app, member)
  await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
  await app.request('/api/posts', { headers: session.jwt })
  const [header, claims] = session.token.split('.')
  const forged = { Authorization: `JWT ${header}.${claims}.${'A'.repeat(43)}` }
  await app.request('/api/globals/site', { headers: forged })

  await enter(page, app, person)
  await page.goto('/admin/revocation')
  const rows = page.getByRole('table', { name: 'Refused lately' }).locator('tbody').getByRole('row')
  await expect(rows.filter({ hasText: member.email })).toContainText([
    /GET \/api\/posts.*Logged out/,
  ])
  await expect(rows.filter({ hasText: '/api/globals/site' })).toHaveCount(0)
})

test('the card on the dashboard tells how the denylist fares, and what to do when Redis is gone', async ({
  browser,
}) => {
  const redis = await startRedis()
  const app = await startApp({ redisUrl: redis.url })
  const context = await browser.newContext({ baseURL: app.origin })
  const page = await context.newPage()
  const { jwt } = await asAdministrator(app)
  await enter(page, app, await newAdministrator(app))
  const member = await newMember(app)
  await login(app, member)
  const user = { collection: 'users', id: member.id }
  await app.request('/api/revocation/revoke', { headers: jwt, body: { user } })
  const { claims } = await login(app, member)
  await app.request('/api/revocation/revoke', { headers: jwt, body: { jti: claims.jti } })

  await page.goto('/admin')
  const card = page.getByRole('region', { name: 'Sign-outs' })
  await expect(card.getByText('Working')).toBeVisible()
  const figure = (name: string) =>
    card.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) })
  await expect(figure('Parts of sessions').getByRole('definition')).toHaveText('1')
  await expect(figure('People').getByRole('definition')).toHaveText('1')
  await expect(figure('Everyone').getByRole('definition')).toHaveText('0')
  await expect(figure('Up to date as of')).toContainText(/seconds? ago/)
  await expect(card).toContainText('falls behind by more than 10 seconds, it refuses everyone')
  await expect(figure('Passed on to other servers')).toContainText('Through Redis')
  const plot = card.getByRole('figure')
  await expect(plot.getByRole('img', { name: /^2 sign-outs in the last 24 hours/ })).toBeVisible()
  // From a day ago until now, and the hour of the highest bar above it.
  await expect(plot.locator('.jwt-plot__axis > span')).toHaveText([/^\d+:00/, 'now'])
  await expect(plot.locator('.jwt-plot__peak')).toHaveText(/^\d+:00.* · [12]$/)

  await redis.kill('SIGKILL')
  await expect(card.getByText('Needs attention')).toBeVisible()
  await expect(card).toContainText('Redis does not answer. Sign-outs still reach every server')
  await expect(figure('Passed on to other servers')).toContainText('Redis does not answer')

  await card.getByRole('link', { name: 'Open' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Security overview' })).toBeVisible()
  await context.close()
  await app.stop()
  await redis.stop()
})
