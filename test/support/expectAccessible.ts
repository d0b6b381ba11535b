import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/**
 * axe finds nothing on the current page (WCAG 2.2 A and AA, and its best practices). On a page of
 * Payload, where axe finds faults that are not ours, `within` is a selector of our part.
 */
export async function expectAccessible(page: Page, { within }: { within?: string } = {}) {
  // Without a second page for the results of frames, because there are no frames.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (within ? axe.include(within) : axe).analyze()
  const found = violations.map(({ help, id, nodes }) => ({
    rule: `${id}: ${help}`,
    where: nodes.map(({ html }) => html),
  }))
  expect(found).toEqual([])
}
