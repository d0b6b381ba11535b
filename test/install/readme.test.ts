import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFreshApp } from './freshApp.js'
import { readmeSteps } from './readmeLines.js'

const PERSON = { email: 'you@example.com', password: 'your-password' }

const app = createFreshApp()
let running: Awaited<ReturnType<typeof app.start>>

beforeAll(async () => {
  await app.pack()
  for (const section of ['install', 'guard'] as const) {
    for (const step of readmeSteps(section)) await app.follow(step)
  }
  await app.shell('npm run build')
  running = await app.start()
  const registered = await fetch(`${running.origin}/api/users/first-register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(PERSON),
  })
  expect(registered.status).toBe(200)
}, 600_000)

afterAll(async () => {
  await running?.stop()
  await app.remove()
}, 180_000)

it('the lines of the README make a fresh Payload app refuse a token that was logged out', async () => {
  const lines = readmeSteps('proof')
    .flatMap((step) => (step.kind === 'shell' ? [step.lines] : []))
    .join('\n')
  expect(lines).toContain(JSON.stringify(PERSON.password))
  const expected = [...lines.matchAll(/# (\d{3})$/gm)].map(([, status]) => status)
  expect(expected).toEqual(['200', '200', '200', '401'])
  const printed = await app.shell(lines.replace('http://localhost:3000', running.origin))
  expect(printed.trim().split('\n')).toEqual(expected)
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
