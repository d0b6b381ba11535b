import { defineConfig } from '@playwright/test'
import base from '../../playwright.config.ts'

/** `npm run screenshots` takes the pictures that the documentation shows, in `docs/images`. */
export default defineConfig({
  ...base,
  testDir: '.',
  globalSetup: '../support/appSetup.ts',
  timeout: 120_000,
})
