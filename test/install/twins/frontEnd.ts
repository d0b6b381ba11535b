import { createServer } from 'node:http'
import { type Browser, chromium } from '@playwright/test'
import { freePort } from '../../support/freePort.js'

/** An empty page of another origin, from which a real browser asks the app. */
export async function startFrontEnd() {
  const port = await freePort()
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').end('<h1>A front end</h1>')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  let browser: Browser | undefined
  return {
    origin: `http://127.0.0.1:${port}`,
    /** Opens the page in a browser without cookies. */
    async visit() {
      browser ??= await chromium.launch({
        executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
        args: ['--headless', '--no-sandbox', '--disable-gpu'],
      })
      const page = await (await browser.newContext()).newPage()
      await page.goto(`http://127.0.0.1:${port}`)
      return page
    },
    async stop() {
      await browser?.close()
      server.close()
    },
  }
}
