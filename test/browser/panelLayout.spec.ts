import { expect, type Page } from '@playwright/test'
import { test } from '../support/browserTest.js'
import { expectAccessible } from '../support/expectAccessible.js'
import { expectToFit } from '../support/expectToFit.js'
import { login } from '../support/login.js'
import type { NextApp } from '../support/nextApp.js'
import { enter } from '../support/panel.js'
import { asAdministrator, newMember } from '../support/people.js'

const DESKTOP = { width: 1_280, height: 800 }
const PHONE = { width: 400, height: 800 }

/** Something to see on every page: sessions that are open and ended, a refusal, a revocation. */
async function setTheScene(app: NextApp) {
  const member = await newMember(app)
  const [ended] = [await login(app, member), await login(app, member), await login(app, member)]
  const { jwt } = await asAdministrator(app)
  const body = { session: ended.claims.sid, note: 'Lost on the train' }
  const answer = await app.request('/api/revocation/revoke', { headers: jwt, body })
  const { revocations } = (await answer.json()) as { revocations: { id: string }[] }
  await app.request('/api/posts', { headers: ended.jwt })
  return { member, ended, entry: revocations[0]?.id }
}

/** `within` names what is ours: Payload's frame has faults of its own, on every page. */
async function expectGood(page: Page, part: { within: string }) {
  for (const size of [DESKTOP, PHONE]) {
    await page.setViewportSize(size)
    await expectToFit(page)
    await expectAccessible(page, part)
  }
  await page.setViewportSize(DESKTOP)
}

for (const scheme of ['light', 'dark'] as const) {
  test(`every page of the panel fits a desk and a phone, and axe finds nothing, ${scheme}`, async ({
    app,
    page,
    person,
  }) => {
    const { member, ended, entry } = await setTheScene(app)
    await enter(page, app, person)
    await page.context().addCookies([{ name: 'payload-theme', value: scheme, url: app.origin }])
    await page.setViewportSize(DESKTOP)

    await page.goto('/admin')
    await expect(page.locator('html')).toHaveAttribute('data-theme', scheme)
    await expect(page.getByRole('region', { name: 'Sign-outs' }).getByRole('img')).toBeVisible()
    await expectGood(page, { within: '.jwt-panel' })

    await page.goto(`/admin/collections/users/${member.id}/sessions`)
    await page.getByText('1 session that ended').click()
    await expect(page.getByRole('table', { name: 'Ended' })).toBeVisible()
    await expectGood(page, { within: '.jwt-view' })
    await page.getByRole('button', { name: 'End all sessions', exact: true }).click()
    await expect(page.getByRole('dialog')).toContainText('2 active sessions end.')
    await expectGood(page, { within: '.jwt-confirm' })

    await page.goto('/admin/collections/revocations')
    await expect(page.getByRole('link', { name: member.email }).first()).toBeVisible()
    await expectGood(page, { within: '.jwt-filters, .cell-subject, .jwt-state' })
    await page.goto(`/admin/collections/revocations/${entry}`)
    await expect(page.getByLabel('Note')).toHaveValue('Lost on the train')
    await expectGood(page, { within: '.field-type:has(.jwt-state)' })

    await page.goto('/admin/my-sessions')
    await expect(page.getByText('This device')).toBeVisible()
    await expectGood(page, { within: '.jwt-view' })

    await page.goto('/admin/revocation')
    await expect(page.getByRole('table', { name: 'Refused lately' })).toBeVisible()
    await page.getByLabel('A token, or its id (jti)').fill(ended.token)
    await page.getByRole('button', { name: 'Explain' }).click()
    await expect(page.getByRole('link', { name: /^One session: / })).toBeVisible()
    await expectGood(page, { within: 'main' })
    await page.getByRole('button', { name: 'Sign everyone out …' }).click()
    await expect(page.getByRole('dialog')).toContainText('active sessions end.')
    await expectGood(page, { within: '.jwt-confirm' })
  })
}
