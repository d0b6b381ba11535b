import { expect, type Page } from '@playwright/test'
import { test } from '../support/browserTest.js'
import { expectAccessible } from '../support/expectAccessible.js'
import { expectToFit } from '../support/expectToFit.js'

const GUARDED = 1
const STATELESS = 2

const doors = async (page: Page, side: number) => {
  const rows = await page.getByRole('table').locator('tbody tr').all()
  return Promise.all(rows.map((row) => row.locator('th, td').nth(side).innerText()))
}

test('step by step, an old token is refused at five doors, and without the plugin opens five', async ({
  page,
}) => {
  const shown: string[] = []
  page.on('request', (request) => {
    if (request.headers().authorization) shown.push(new URL(request.url()).pathname)
  })
  await page.goto('/')
  await page.getByRole('link', { name: 'Replay a token in the lab' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'The replay lab' })).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Log in on both sides' }).click()
  await expect(page.getByText('jti', { exact: true })).toHaveCount(1)
  await expect(page.getByText('exp', { exact: true })).toHaveCount(2)
  await page.getByRole('button', { name: 'Log out' }).click()
  await expect(page.getByText('200 OK')).toHaveCount(2)
  await page.getByRole('button', { name: 'Show the old token again' }).click()

  await expect(page.getByText('5 of 5 doors stay shut')).toBeVisible()
  await expect(page.getByText('5 of 5 doors still open')).toBeVisible()
  const guarded = await doors(page, GUARDED)
  expect(guarded.filter((text) => text.startsWith('401 Unauthorized'))).toHaveLength(4)
  expect(guarded.at(-1)).toContain('→ /login')
  for (const text of await doors(page, STATELESS)) expect(text).toMatch(/^200 OK\s+opened:/)

  // The lab asked for real: the same doors on both sides, each with the token.
  for (const path of ['/api/users/me', '/api/notes', '/api/graphql', '/api/whoami', '/account']) {
    expect(shown).toContain(path)
    expect(shown).toContain(`/stateless${path}`)
  }
  await expectAccessible(page)
})

test('the entry of the denylist counts down to the end of the token', async ({ page }) => {
  await page.goto('/lab')
  await page.getByRole('button', { name: 'All at once' }).click()
  await expect(page.getByText(/^jti:[0-9a-f-]{36}$/)).toBeVisible()
  await expect(page.getByText('logout', { exact: true })).toBeVisible()
  const [entry, token] = await page.getByRole('timer').all()
  const first = await entry?.innerText()
  expect(first).toMatch(/^0[12]:\d\d:\d\d$/)
  await expect.poll(() => entry?.innerText()).not.toBe(first)
  expect(await token?.innerText()).toMatch(/^01:\d\d:\d\d$/)
})

test('the visitor’s own session stays out of it', async ({ page, person, baseURL, app }) => {
  const response = await app.request('/api/users/login', { body: person })
  const { token } = (await response.json()) as { token: string }
  await page.context().addCookies([{ name: 'payload-token', value: token, url: `${baseURL}` }])
  await page.goto('/lab')
  await page.getByRole('button', { name: 'All at once' }).click()
  await expect(page.getByText('5 of 5 doors stay shut')).toBeVisible()
  await page.goto('/account')
  await expect(page.getByText(person.email)).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the lab fits a phone and axe finds nothing, ${colorScheme}`, async ({ page }) => {
    await page.setViewportSize({ width: 400, height: 800 })
    await page.emulateMedia({ colorScheme })
    await page.goto('/lab')
    await page.getByRole('button', { name: 'All at once' }).click()
    await expect(page.getByText('5 of 5 doors stay shut')).toBeVisible()
    await expectToFit(page)
    await expectAccessible(page)
  })
}

test('a token that this app did not sign is told nothing of the denylist', async ({ app }) => {
  const response = await app.request('/lab/entry', { body: { token: 'e30.e30.e30' } })
  expect(response.status).toBe(400)
})
