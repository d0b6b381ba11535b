import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFreshApp } from './freshApp.js'
import { prove, registerFirst } from './prove.js'
import { readmeSteps } from './readmeLines.js'
import type { RunningApp } from './startApp.js'

const app = createFreshApp()
let running: RunningApp

beforeAll(async () => {
  await app.pack()
  for (const section of ['install', 'guard'] as const) {
    for (const step of readmeSteps(section)) await app.follow(step)
  }
  await app.shell('npm run build')
  running = await app.start()
  await registerFirst(running)
})

afterAll(async () => {
  await running?.stop()
  await app.remove()
})

it('the lines of the README make a fresh Payload app refuse a token that was logged out', async () => {
  await prove({ app, ...running })
})

it('its admin panel knows the components of the plugin', () => {
  expect(app.read('src/app/(payload)/admin/importMap.js')).toContain('payload-jwt-revocation/')
})

it('its pages for people who are logged in lead to the login page, and all others are open', async () => {
  // The token that the proof left behind.
  const visit = `curl -s -o /dev/null -w '%{http_code} %{redirect_url}\n' -b token -H 'Accept: text/html' ${running.origin}`
  const answers = await app.shell(`${visit}/account?token=x\n${visit}/admin/login\n${visit}/`)
  expect(answers.split('\n').slice(0, 3)).toEqual([
    `307 ${running.origin}/admin/login?redirect=%2Faccount`,
    '200 ',
    '200 ',
  ])
})
