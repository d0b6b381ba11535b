import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { openAccount } from './browserTest.js'
import type { NextApp } from './nextApp.js'
import { openPanel } from './panel.js'
import { asAdministrator, type Person } from './people.js'

/** The path of the live connection. */
export const LIVE = '/api/revocation/live'

/** Follows what a page asks of the live connection. */
export function followLive(page: Page) {
  const requests: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === LIVE) requests.push(request.headers().accept ?? '')
  })
  const connected = page.waitForResponse(
    (response) => new URL(response.url()).pathname === LIVE && response.status() === 200,
  )
  return { requests, connected }
}

/** Follows the connections that all tabs of a browser hold open. */
export function followConnections(context: BrowserContext) {
  const open = new Set<object>()
  context.on('request', (request) => {
    const isStream = request.headers().accept === 'text/event-stream'
    if (isStream && new URL(request.url()).pathname === LIVE) open.add(request)
  })
  context.on('requestfailed', (request) => void open.delete(request))
  context.on('requestfinished', (request) => void open.delete(request))
  return open
}

export async function openAccountLive(page: Page, app: NextApp, person: Person) {
  const live = followLive(page)
  await openAccount(page, app, person)
  await live.connected
  return live
}

export async function openPanelLive(page: Page, app: NextApp, person: Person, path = '/admin') {
  const live = followLive(page)
  await openPanel(page, app, person, path)
  await live.connected
  return live
}

/** What an administrator does in another browser: ends all sessions of somebody. */
export async function endSessions(app: NextApp, { id }: Person) {
  const { jwt } = await asAdministrator(app)
  const body = { user: { collection: 'users', id } }
  const response = await app.request('/api/revocation/revoke', { body, headers: jwt })
  expect(response.status).toBe(200)
}

/**
 * Waits until a tab no longer shows a text that only somebody who is signed in may see: it has left
 * the page, or covers it. Between two pages a document has no body, and shows nothing.
 */
export async function waitUntilHidden(tab: Page, text: string) {
  const start = performance.now()
  const isHidden = (secret: string) =>
    document.querySelector('dialog[open]') !== null || !document.body?.innerText.includes(secret)
  await tab.waitForFunction(isHidden, text, { polling: 50 })
  const description = (performance.now() - start).toFixed(0)
  test.info().annotations.push({ type: 'hidden after (ms)', description })
}

/** The cover that takes the place of a page whose session has ended. */
export const coverOf = (page: Page) =>
  page.getByRole('dialog', { name: 'You have been signed out' })

/** What a browser does with a tab that is covered by another, or shown again. */
export const setVisibility = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
