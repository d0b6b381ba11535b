import { defineConfig } from '@playwright/test'
import './test/support/runFolder.ts'

/** Debian's Chromium: no browser is downloaded. */
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** Each worker starts the app for itself, on a free port: see `test/support/browserTest.ts`. */
export default defineConfig({
  testDir: 'test/browser',
  globalSetup: './test/support/appSetup.ts',
  // Each is as often waiting for its app as for its browser.
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
  // Limits for a machine that others use as well; nobody waits for longer than it takes.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    browserName: 'chromium',
    // A trace costs a quarter of the time; `--trace retain-on-failure` makes it.
    screenshot: 'only-on-failure',
    trace: 'off',
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
        // A page from there is no secure context, as in a local network without a certificate.
        '--host-resolver-rules=MAP lan.example 127.0.0.1',
      ],
    },
  },
})
