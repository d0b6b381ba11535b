import { expect, type Page } from '@playwright/test'

/** Nothing must be scrolled sideways. */
export async function expectToFit(page: Page) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }))
  expect(content).toBeLessThanOrEqual(window)
}
