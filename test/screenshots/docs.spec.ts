import path from 'node:path'
import { type Browser, expect, type Page } from '@playwright/test'
import { BROWSERS } from '../support/browsers.js'
import { test } from '../support/browserTest.js'
import { repository } from '../support/childProcess.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { enter } from '../support/panel.js'
import { asAdministrator, newAdministrator } from '../support/people.js'

const schemes = ['light', 'dark'] as const
type Scheme = (typeof schemes)[number]
type Clip = { x: number; y: number; width: number; height: number }

/** Around what is cut out of a page, in pixels. */
const MARGIN = 24

const fileOf = (name: string, scheme: Scheme) =>
  path.join(repository, 'docs/images', `${name}${scheme === 'dark' ? '-dark' : ''}.png`)

async function open(browser: Browser, app: NextApp, scheme: Scheme, width: number) {
  const context = await browser.newContext({
    baseURL: app.origin,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  })
  await context.addCookies([{ name: 'payload-theme', value: scheme, url: app.origin }])
  return { context, page: await context.newPage() }
}

/** Ada, who was signed in on four devices until her notebook was stolen. */
async function setTheScene(app: NextApp) {
  const { jwt } = await asAdministrator(app)
  const ada = { email: 'ada@example.com', password: 'the-first-programmer' }
  const created = await app.request('/api/users', { headers: jwt, body: ada })
  const { doc } = (await created.json()) as { doc: { id: number } }
  const tokens: string[] = []
  for (const [place, agent] of Object.values(BROWSERS).entries()) {
    const headers = { 'User-Agent': agent, 'X-Forwarded-For': `203.0.113.${20 + place}` }
    const response = await app.request('/api/users/login', { body: ada, headers })
    tokens.push(((await response.json()) as { token: string }).token)
  }
  const [stolen = '', left = ''] = tokens
  const { sid } = JSON.parse(Buffer.from(stolen.split('.')[1] ?? '', 'base64url').toString())
  const body = { session: sid, note: 'Stolen on the train' }
  await app.request('/api/revocation/revoke', { headers: jwt, body })
  const logout = { Authorization: `JWT ${left}` }
  await app.request('/api/users/logout', { method: 'POST', headers: logout })
  for (const token of [stolen, left]) {
    const headers = { Authorization: `JWT ${token}`, 'X-Forwarded-For': '198.51.100.7' }
    await app.request('/api/users/me', { headers })
  }
  return { id: doc.id, stolen }
}

test('the replay lab', async ({ app, browser }) => {
  for (const scheme of schemes) {
    const { context, page } = await open(browser, app, scheme, 1_120)
    await page.goto('/lab')
    await page.getByRole('button', { name: 'All at once' }).click()
    await expect(page.getByText('5 of 5 doors stay shut')).toBeVisible()
    const from = await page.locator('.lab-sides').boundingBox()
    const to = await page.locator('.lab-step').nth(2).boundingBox()
    if (!from || !to) throw new Error('The lab has other parts than this picture shows')
    const [x, y] = [from.x - MARGIN, from.y - MARGIN]
    const clip = { x, y, width: from.width + 2 * MARGIN, height: to.y + to.height - y }
    await take(page, 'replay-lab', scheme, clip)
    await context.close()
  }
})

test('what administrators see', async ({ browser }) => {
  const app = await startApp({ env: { TRUST_PROXY: '1' } })
  const { id, stolen } = await setTheScene(app)
  const administrator = await newAdministrator(app)
  for (const scheme of schemes) {
    const { context, page } = await open(browser, app, scheme, 1_120)
    await enter(page, app, administrator)
    await page.setViewportSize({ width: 1_120, height: 460 })
    await page.goto(`/admin/collections/users/${id}/sessions`)
    await expect(page.getByRole('table')).toBeVisible()
    await take(page, 'admin-sessions', scheme)
    await page.goto('/admin/revocation')
    await expect(page.getByRole('table', { name: 'Refused lately' })).toBeVisible()
    await page.getByLabel('A token, or its id (jti)').fill(stolen)
    await page.getByRole('button', { name: 'Explain' }).click()
    await expect(page.getByRole('link', { name: /^One session: / })).toBeVisible()
    await take(page, 'admin-revocation', scheme)
    await context.close()
  }
  await app.stop()
})

async function take(page: Page, name: string, scheme: Scheme, clip?: Clip) {
  await page.screenshot({
    path: fileOf(name, scheme),
    fullPage: true,
    animations: 'disabled',
    ...(clip && { clip }),
  })
}
