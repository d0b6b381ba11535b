import { type Browser, type BrowserContext, chromium, expect as expectPage } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PERSON } from '../install/prove.js'

interface Panel {
  /** Where the API has the people of the panel. */
  users: string
  /** Each page, and a heading that it has. */
  pages: Readonly<Record<string, string | RegExp>>
}

const PATIENCE = { timeout: 120_000 }

/** The tests of pages of the panel in a real browser: they show what they must, without an error. */
export function panelInBrowser({ users, pages }: Panel, installed: () => { origin: string }) {
  describe('its panel shows in a browser, without an error of a page', () => {
    let browser: Browser
    let context: BrowserContext

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
        args: ['--headless', '--no-sandbox', '--disable-gpu'],
      })
      const { origin: baseURL } = installed()
      context = await browser.newContext({ baseURL, viewport: { width: 1600, height: 900 } })
      const answer = await context.request.post(`${users}/login`, { data: PERSON })
      expect(answer.status()).toBe(200)
    })
    afterAll(() => browser?.close())

    it.each(Object.entries(pages))('%s', async (path, heading) => {
      const page = await context.newPage()
      const errors: string[] = []
      page.on('pageerror', ({ message }) => errors.push(message))
      page.on('console', (line) => {
        // What React says about a page that it has to render again is an error, too. The picture of
        // a person comes from elsewhere, where a test need not get to.
        const isOfNetwork = line.text().startsWith('Failed to load resource')
        if (line.type() === 'error' && !isOfNetwork) errors.push(line.text())
      })
      await page.goto(path, PATIENCE)
      const shown = page.getByRole('heading', { name: heading }).filter({ visible: true })
      await expectPage(shown.first()).toBeVisible(PATIENCE)
      expect(errors).toEqual([])
      await page.close()
    })
  })
}
