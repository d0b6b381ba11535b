import { expect, type Page } from '@playwright/test'
import { logIn, test } from '../support/browserTest.js'
import { expectToFit } from '../support/expectToFit.js'

const widths = [400, 1_280]
const schemes = ['light', 'dark'] as const

for (const width of widths) {
  for (const colorScheme of schemes) {
    test(`at ${width} px, ${colorScheme}, every page fits and can be told by its roles`, async ({
      page,
      person,
    }) => {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })

      await page.goto('/')
      await expectToFit(page)
      await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
      await expect(page.getByRole('link', { name: 'Home' })).toHaveAttribute('aria-current', 'page')
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)

      await page.goto('/login')
      await expectToFit(page)
      await expect(page.getByLabel('Email')).toBeVisible()
      await expect(page.getByLabel('Password')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible()

      await logIn(page, person)
      await expectToFit(page)
      await expect(page.getByRole('region', { name: 'Your token' })).toBeVisible()
      await expect(page.getByRole('region', { name: 'Your notes' })).toBeVisible()
      await expect(page.getByLabel('New password')).toHaveAccessibleDescription(
        /At least 8 characters/,
      )
      for (const name of ['Log out', 'Log out everywhere', 'Change password']) {
        const box = await page.getByRole('button', { name, exact: true }).boundingBox()
        expect(box?.x).toBeGreaterThanOrEqual(0)
        expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThanOrEqual(width)
      }
      await expectContrast(page, colorScheme)
    })
  }
}

test('with the keyboard alone one skips to the content, logs in and logs out', async ({
  page,
  person,
}) => {
  await page.goto('/login')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Email')).toBeFocused()
  await page.keyboard.type(person.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(person.password)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/account')
  await page.getByRole('button', { name: 'Log out', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/login?left=here')
})

test('a wrong password is told beside the form, and the email stays', async ({ page, person }) => {
  await page.goto('/login')
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password').fill('wrong-password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/incorrect/)
  await expect(page.getByLabel('Email')).toHaveValue(person.email)
})

/** The page follows the scheme, and its text stands out (WCAG 2.2 §1.4.3: 4.5 to 1). */
async function expectContrast(page: Page, scheme: 'light' | 'dark') {
  const { ink, paper } = await page.evaluate(() => {
    const style = getComputedStyle(document.body)
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const luminance = (color: string) => {
      if (!context) return 0
      context.fillStyle = color
      context.fillRect(0, 0, 1, 1)
      const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    return { ink: luminance(style.color), paper: luminance(style.backgroundColor) }
  })
  expect(paper > ink ? 'light' : 'dark').toBe(scheme)
  expect((Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)).toBeGreaterThan(4.5)
}
