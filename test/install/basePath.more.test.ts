import { chromium } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFreshApp } from './freshApp.js'
import { readmeSteps } from './readmeLines.js'

const PERSON = { email: 'you@example.com', password: 'your-password' }
const BASE = '/cms'

/** What an app with pages for people who are logged in has beside the README's lines. */
const FILES = {
  'src/proxy.ts': `
    import { createGuard } from 'payload-jwt-revocation/next'
    import type { NextRequest } from 'next/server'

    const pages = createGuard()
    const publicPages = createGuard({ onRevoked: 'anonymous' })

    export const proxy = (request: NextRequest) =>
      request.nextUrl.pathname === '/public' ? publicPages(request) : pages(request)

    export const config = { matcher: ['/account/:path*', '/public', '/login'] }
  `,
  'src/app/(site)/layout.tsx': `
    export default function Layout({ children }: { children: React.ReactNode }) {
      return <html lang="en"><body>{children}</body></html>
    }
  `,
  'src/app/(site)/account/page.tsx': `
    import { LiveLogout } from 'payload-jwt-revocation/react'

    export const dynamic = 'force-dynamic'

    export default function Account() {
      return <main><h1>Account</h1><LiveLogout /></main>
    }
  `,
  'src/app/(site)/public/page.tsx': `
    import { cookies } from 'next/headers'

    export default async function Public() {
      const names = (await cookies()).getAll().map(({ name }) => name)
      return <main>Cookies: {names.join(' ') || 'none'}.</main>
    }
  `,
  'src/app/(site)/login/page.tsx': `
    export default async function Login() {
      return <main><h1>Log in</h1></main>
    }
  `,
}

const app = createFreshApp()
let running: Awaited<ReturnType<typeof app.start>>

beforeAll(async () => {
  await app.pack()
  for (const step of readmeSteps('install')) await app.follow(step)
  for (const [file, text] of Object.entries(FILES)) app.write(file, text)
  app.write(
    'next.config.ts',
    app
      .read('next.config.ts')
      .replace('const nextConfig: NextConfig = {', `$&\n  basePath: '${BASE}',`),
  )
  await app.shell('npm run build')
  running = await app.start()
  const registered = await post('/api/users/first-register', PERSON)
  expect(registered.status).toBe(200)
})

afterAll(async () => {
  await running?.stop()
  await app.remove()
})

const HTML = { Accept: 'text/html' }

const ask = (target: string, init: RequestInit = {}) =>
  fetch(`${running.origin}${BASE}${target}`, { redirect: 'manual', ...init })

const post = (target: string, body?: object, headers: Record<string, string> = {}) =>
  ask(target, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })

async function logIn() {
  const answer = await post('/api/users/login', PERSON)
  const { token } = (await answer.json()) as { token: string }
  return { token, byCookie: { Cookie: `payload-token=${token}; theme=dark` } }
}

const logOut = ({ byCookie }: Awaited<ReturnType<typeof logIn>>) =>
  post('/api/users/logout', undefined, byCookie)

describe('an app of Next.js below a base path', () => {
  it('refuses a token that was logged out, and leads its pages to its login page', async () => {
    const session = await logIn()
    const account = () => ask('/account?token=x', { headers: { ...HTML, ...session.byCookie } })
    expect((await account()).status).toBe(200)
    expect((await logOut(session)).status).toBe(200)
    expect((await ask('/api/users', { headers: session.byCookie })).status).toBe(401)
    const page = await account()
    expect(page.status).toBe(307)
    const location = new URL(page.headers.get('Location') ?? '', running.origin)
    expect(location.pathname + location.search).toBe(`${BASE}/login?redirect=%2Faccount`)
    const login = await ask('/login', { headers: { ...HTML, ...session.byCookie } })
    expect(login.status).toBe(200)
    expect(login.headers.getSetCookie().join()).toMatch(/payload-token=;/)
    expect(await login.text()).toContain('Log in')
  })

  it('shows a public page as to a stranger, who brings no token', async () => {
    const session = await logIn()
    const page = () => ask('/public', { headers: { ...HTML, ...session.byCookie } })
    expect(await (await page()).text()).toMatch(/payload-token.*theme/)
    await logOut(session)
    const answer = await page()
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toContain('theme')
    expect(text).not.toContain('payload-token')
    expect(answer.headers.getSetCookie().join()).toMatch(/payload-token=;/)
  })

  it('takes an open tab to the login page when its session ends', async () => {
    const session = await logIn()
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    })
    try {
      const page = await browser.newPage()
      await page
        .context()
        .addCookies([{ name: 'payload-token', value: session.token, url: running.origin }])
      const isLive = page.waitForResponse((each) => each.url().includes('/revocation/live'))
      await page.goto(`${running.origin}${BASE}/account`)
      expect((await isLive).status()).toBe(200)
      await logOut(session)
      await page.waitForURL(`**${BASE}/login?redirect=%2Faccount`, { timeout: 60_000 })
    } finally {
      await browser.close()
    }
  })
})
