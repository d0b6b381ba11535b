import { defineConfig } from '@playwright/test'

/** Debian's Chromium: no browser is downloaded. */
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** Each worker starts the app for itself, on a free port: see `test/support/browserTest.ts`. */
export default defineConfig({
  testDir: 'test/browser',
  globalSetup: './test/support/appSetup.ts',
  workers: 1,
  forbidOnly: true,
  reporter: [['list']],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
