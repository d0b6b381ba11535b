import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFreshApp } from '../install/freshApp.js'
import { installShared } from '../install/installShared.js'
import { PERSON, prove, registerFirst } from '../install/prove.js'
import { readmeSteps } from '../install/readmeLines.js'
import type { RunningApp } from '../install/startApp.js'
import { repository } from '../support/childProcess.js'
import { panelInBrowser } from './panelInBrowser.js'

const ECOSYSTEM = path.join(repository, 'test/ecosystem')

const app = createFreshApp()
let running: RunningApp

beforeAll(async () => {
  // What the tests of single plugins have installed.
  const folder = (await app.shell('pwd')).trim()
  await installShared(path.join(ECOSYSTEM, 'app/package.json'), folder)
  for (const file of ['payload.config.ts', 'plugins.ts']) {
    app.write(`src/${file}`, readFileSync(path.join(ECOSYSTEM, 'built', file), 'utf8'))
  }
  // plugin-sentry has the types of another release of Sentry.
  const settings = app.read('next.config.ts')
  const checked = 'const nextConfig: NextConfig = {'
  expect(settings).toContain(checked)
  app.write(
    'next.config.ts',
    settings.replace(checked, `${checked}\n  typescript: { ignoreBuildErrors: true },`),
  )
  await app.pack()
  for (const step of readmeSteps('install')) await app.follow(step)
  await app.shell('npx next build')
  running = await app.start()
  await registerFirst(running)
  const { origin } = running
  const json = { 'Content-Type': 'application/json' }
  const login = await fetch(`${origin}/api/users/login`, {
    ...{ method: 'POST', headers: json, body: JSON.stringify(PERSON) },
  })
  const { token } = (await login.json()) as { token: string }
  const headers = { ...json, Authorization: `JWT ${token}` }
  for (const [collection, data] of Object.entries({
    branches: { name: 'A branch' },
    notes: { title: 'A note', tenant: 1 },
  })) {
    const body = JSON.stringify(data)
    const made = await fetch(`${origin}/api/${collection}`, { method: 'POST', headers, body })
    expect(made.status, await made.text()).toBe(201)
  }
}, 1_800_000)

afterAll(async () => {
  await running?.stop()
  await app.remove()
}, 180_000)

it('an app with five other plugins, built by Next.js, refuses a token that was logged out', () =>
  prove({ app, ...running, hasCsrf: true }))

panelInBrowser(
  {
    users: '/api/users',
    pages: {
      '/admin': /./,
      '/admin/revocation': 'Sign-outs',
      '/admin/my-sessions': 'My sessions',
      '/admin/collections/revocations': /./,
      '/admin/collections/users/1': PERSON.email,
      '/admin/collections/users/1/sessions': PERSON.email,
      '/admin/collections/notes/1': 'A note',
      '/admin/collections/branches': 'Branches',
      '/admin/collections/exports/create': /./,
      '/admin/collections/payload-mcp-api-keys/create': /./,
    },
  },
  () => running,
)
