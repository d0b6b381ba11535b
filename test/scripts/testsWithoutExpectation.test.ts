import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { testsWithoutExpectation } from '../../scripts/testsWithoutExpectation.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-expectations-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The titles of the tests in `text` that expect nothing. `helpers.ts` is next to it. */
function found(text: string, helpers = ''): string[] {
  const [file, helper] = [path.join(folder, 'some.test.ts'), path.join(folder, 'helpers.ts')]
  writeFileSync(file, text)
  writeFileSync(helper, helpers)
  return testsWithoutExpectation([file, helper]).map(({ title }) => title.slice(1, -1))
}

const EXPECTING: Record<string, [text: string, helpers?: string]> = {
  'a matcher': [`it('title', () => { expect(1).toBe(1) })`],
  'a matcher of a promise': [`it('title', async () => { await expect(f()).resolves.toBe(1) })`],
  'a matcher that asks again': [`it('title', async () => { await expect.poll(f).toBe(1) })`],
  'a negated matcher': [`it('title', () => expect(1).not.toBe(2))`],
  'one in a loop': [`it('title', () => { for (const each of [1]) expect(each).toBe(1) })`],
  'one in a callback': [`it('title', async () => { await f(() => expect(1).toBe(1)) })`],
  'a function of the file': [
    `const check = () => { expect(1).toBe(1) }; it('title', () => { check() })`,
  ],
  'a function declared below': [
    `it('title', () => check()); function check() { expect(1).toBe(1) }`,
  ],
  'a function of a function': [
    `const inner = () => expect(1).toBe(1); const outer = () => { inner() }
     it('title', () => outer())`,
  ],
  'a function that calls itself first': [
    `function check(n: number) { if (n) check(n - 1); expect(n).toBe(n) }
     it('title', () => check(2))`,
  ],
  'two functions that call each other': [
    `function one(n: number) { if (n) other(n - 1) }
     function other(n: number) { if (n) one(n - 1); expect(n).toBe(n) }
     it('first', () => one(2)); it('second', () => other(2))`,
  ],
  'a function that is handed on': [
    `const check = (n: number) => expect(n).toBe(n); it('title', () => { [1].forEach(check) })`,
  ],
  'a method of an object': [
    `const checks = { holds() { expect(1).toBe(1) } }; it('title', () => checks.holds())`,
  ],
  'a method under another name': [
    `const check = () => expect(1).toBe(1); const checks = { check }
     it('title', () => checks.check())`,
  ],
  'the function that makes the test': [
    `const expecting = (n: number) => () => { expect(n).toBe(n) }; it('title', expecting(1))`,
  ],
  'a test that is declared elsewhere': [
    `const body = () => { expect(1).toBe(1) }; it('title', body)`,
  ],
  'a helper of another file': [
    `import { check } from './helpers.js'; it('title', () => check())`,
    'export const check = () => { expect(1).toBe(1) }',
  ],
  'a helper of another file, under another name': [
    `import { check as holds } from './helpers.js'; it('title', () => holds())`,
    'export function check() { expect(1).toBe(1) }',
  ],
  'a helper from a namespace': [
    `import * as helpers from './helpers.js'; it('title', () => helpers.check())`,
    'export function check() { expect(1).toBe(1) }',
  ],
  'a table of rows': [`it.each([1, 2])('title', (n) => { expect(n).toBe(n) })`],
  'options before the function': [`it('title', { timeout: 5 }, () => { expect(1).toBe(1) })`],
  'a limit behind the function': [`it('title', () => { expect(1).toBe(1) }, 5_000)`],
  'what is no test': [`describe('title', () => { f() }); test.beforeEach(() => { f() })`],
}

it.each(Object.entries(EXPECTING))('%s is an expectation', (_, [text, helpers]) => {
  expect(found(text, helpers)).toEqual([])
})

const EXPECTING_NOTHING: Record<string, [text: string, helpers?: string]> = {
  'an empty test': [`it('title', () => {})`],
  'a call of something': [`it('title', async () => { await f() })`],
  'a value without a matcher': [`it('title', () => { expect(1) })`],
  'a count of expectations': [`it('title', () => { expect.hasAssertions(); f() })`],
  'a matcher beside the test': [`expect(1).toBe(1); it('title', () => { f() })`],
  'a function that is not called': [
    `it('title', () => { const check = () => { expect(1).toBe(1) }; function other() {
       expect(1).toBe(1) } })`,
  ],
  'a function of the same name': [
    `const check = () => { expect(1).toBe(1) }
     it('title', () => { const check = () => {}; check() })`,
  ],
  'a helper that expects nothing': [
    `import { check } from './helpers.js'; it('title', () => check())`,
    'export const check = () => {}; export const other = () => expect(1).toBe(1)',
  ],
  'functions that only call each other': [
    `function one() { other() } function other() { one() } it('title', () => one())`,
  ],
  'a table of rows': [`it.each([1, 2])('title', (n) => { f(n) })`],
  'a rename of `it`': [`it.skipIf(false)('title', () => { f() })`],
  'a test of Playwright': [`test('title', async ({ page }) => { await page.goto('/') })`],
}

it.each(Object.entries(EXPECTING_NOTHING))('%s is none', (_, [text, helpers]) => {
  expect(found(text, helpers)).toEqual(['title'])
})
