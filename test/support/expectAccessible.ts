import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/**
 * axe finds nothing on the page as it is now (WCAG 2.2 A and AA, and its best practices). `within`
 * is a selector of what is ours, on a page of Payload's own, in which axe finds faults that are not.
 */
export async function expectAccessible(page: Page, { within }: { within?: string } = {}) {
  // Without a second page for what frames found: there are no frames.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (within ? axe.include(within) : axe).analyze()
  const found = violations.map(({ help, id, nodes }) => ({
    rule: `${id}: ${help}`,
    where: nodes.map(({ html }) => html),
  }))
  expect(found).toEqual([])
}
