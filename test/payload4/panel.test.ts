import { type Browser, chromium, expect as expectPage, type Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFreshApp } from '../install/freshApp.js'
import { linkInstalled } from '../install/installShared.js'
import { PERSON, prove, registerFirst } from '../install/prove.js'
import { readmeSteps } from '../install/readmeLines.js'
import type { RunningApp } from '../install/startApp.js'
import { repository } from '../support/childProcess.js'

const app = createFreshApp()
let running: RunningApp
let browser: Browser
let page: Page

/** The panel's fonts come from Google at build time. Here they are those of the machine. */
const FONTS = `
  const face = (family) => \`@font-face { font-family: '\${family}'; src: local('\${family}'); }\`
  const at = (query) => \`https://fonts.googleapis.com/css2?family=\${query}&display=swap\`
  module.exports = {
    [at('Inter:wght@100..900')]: face('Inter'),
    [at('Roboto+Mono:wght@100..700')]: face('Roboto Mono'),
  }
`

beforeAll(async () => {
  const folder = (await app.shell('pwd')).trim()
  const { scripts } = JSON.parse(app.read('package.json'))
  await linkInstalled(repository, folder)
  const { devDependencies } = JSON.parse(app.read('package.json'))
  app.write(
    'package.json',
    JSON.stringify({ name: 'blank', type: 'module', scripts, devDependencies }),
  )
  app.write('.npmrc', 'legacy-peer-deps=true\n')
  app.write('fonts.cjs', FONTS)
  await app.pack()
  for (const section of ['install', 'guard'] as const) {
    for (const step of readmeSteps(section)) await app.follow(step)
  }
  await app.shell('NEXT_FONT_GOOGLE_MOCKED_RESPONSES=$PWD/fonts.cjs npm run build')
  running = await app.start()
  await registerFirst(running)
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  page = await browser.newPage({ baseURL: running.origin, viewport: { width: 1600, height: 900 } })
})

afterAll(async () => {
  await browser?.close()
  await running?.stop()
  await app.remove()
}, 180_000)

/** In development Payload would go on to write types when the command is done. */
const COMMAND = 'NODE_ENV=production npx payload revocation'

const PATIENCE = { timeout: 60_000 }

const post = (target: string, headers: Record<string, string>, body?: object) =>
  fetch(`${running.origin}/api/${target}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })

async function logIn() {
  const { token } = (await (await post('users/login', {}, PERSON)).json()) as { token: string }
  return { Authorization: `JWT ${token}` }
}

const statusOf = async (headers: Record<string, string>) =>
  (await fetch(`${running.origin}/api/users`, { headers })).status

it('refuses a token that was logged out', () => prove({ app, ...running }))

it('shows the pages of the plugin in the frame of the panel', async () => {
  await page.goto('/admin/login')
  await page.getByLabel('Email').fill(PERSON.email)
  await page.getByLabel('Password').first().fill(PERSON.password)
  await page.getByRole('button', { name: 'Login' }).click()
  await expectPage(page.getByRole('heading', { name: 'Sign-outs' })).toBeVisible(PATIENCE)
  for (const [address, title] of [
    ['/admin/revocation', 'Security overview'],
    ['/admin/my-sessions', 'My sessions'],
    ['/admin/collections/revocations', 'Sign-outs'],
  ] as const) {
    await page.goto(address)
    expect(new URL(page.url()).pathname).toBe(address)
    await expectPage(page.getByRole('heading', { level: 1, name: title })).toBeVisible(PATIENCE)
    await expectPage(page.locator('.template-default .app-header')).toBeVisible(PATIENCE)
  }
})

it('ends a session from the tab of its user', async () => {
  const other = await logIn()
  expect(await statusOf(other)).toBe(200)
  await page.goto('/admin/collections/users/1/sessions')
  const device = { name: 'End the session on Unknown device' }
  // The latest login comes first.
  await page.getByRole('button', device).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'End', exact: true }).click()
  await expect.poll(() => statusOf(other)).toBe(401)
})

it('answers `payload revocation`, alone and for programs', async () => {
  const run = (args: string) => app.shell(`${COMMAND} ${args}`)
  const lines = await run('list')
  expect(lines).toMatch(/ in force; page 1 of 1\.$/m)
  const { result } = JSON.parse(await run('list --json'))
  expect(result.docs.length).toBe(result.totalDocs)
  const failed = await run('revoke --user nobody || echo "status $?"')
  expect(failed).toContain('status 2')
})

it('takes an open page to the login page when its session ends, and says why', async () => {
  const isLive = page.waitForResponse((each) => each.url().includes('/revocation/live'))
  await page.goto('/admin')
  expect((await isLive).status()).toBe(200)
  const cookies = await page.context().cookies()
  const token = cookies.find(({ name }) => name === 'payload-token')?.value
  const everyone = await post(
    'revocation/revoke',
    { Authorization: `JWT ${token}` },
    { everyone: true },
  )
  expect(everyone.status).toBe(200)
  await page.waitForURL(/\/admin\/login/, { timeout: 60_000 })
  await expectPage(page.locator('.banner')).toBeVisible(PATIENCE)
})
