import { cpSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run, usersEnvironment } from '../install/asUser.js'
import { repository } from '../support/childProcess.js'
import { installTogether, nodeIn } from './installTogether.js'

/** What the tests need of the repository. `dist` is the one that is built against Payload 3. */
const COPIED = [
  ...['src', 'dist', 'test', 'dev', 'bench', 'scripts', 'docs'],
  ...['README.md', 'CHANGELOG.md', 'LICENSE', 'tsconfig.json', 'tsconfig.build.json'],
  'vitest.config.ts',
]

/** Suites that need what Payload 4 does not offer yet. */
const LEFT_OUT = [
  // Its MongoDB adapter is not published with the other packages.
  'test/plugin/database/mongoCompatibility.test.ts',
  'test/plugin/database/prepareMongo.test.ts',
  'test/plugin/storage/recordedByHour.test.ts',
]

/**
 * With transactions on SQLite, Payload 4 itself answers most of eight simultaneous logins with 500
 * (`SQLITE_BUSY`), with and without the plugin.
 */
const TITLES = '^(?!.*(MongoDB|SQLite with transactions.*simultaneous))'

let copy: string

/** Runs a program of the copy on Node.js 24 to its end. */
async function node(...args: string[]): Promise<string> {
  return (await run('node', args, { cwd: copy })).stdout
}

const vitest = (...args: string[]) => node('node_modules/vitest/vitest.mjs', 'run', ...args)

beforeAll(async () => {
  const { folder, version } = await installTogether()
  copy = folder
  for (const name of COPIED) {
    cpSync(path.join(repository, name), path.join(copy, name), { recursive: true })
  }
  await Promise.all(LEFT_OUT.map((file) => rm(path.join(copy, file))))
  usersEnvironment.PATH = `${nodeIn(copy)}${path.delimiter}${process.env.PATH}`
  console.log(`Payload ${version} on Node.js ${(await node('--version')).trim()}`)
}, 900_000)

afterAll(() => rm(copy, { recursive: true, force: true }), 180_000)

it('the source has no type error with Payload 4', async () => {
  expect(
    await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noEmit'),
  ).toBe('')
}, 600_000)

it('the parts work with Payload 4, on SQLite and PostgreSQL', async () => {
  const suites = ['test/contract', 'test/plugin', 'test/next']
  const said = await vitest('--project', 'parts', '-t', TITLES, ...suites)
  expect(said).toMatch(/Tests .*\d{3,} passed/)
}, 900_000)

it('the packed package protects a Next.js app with Payload 4, with previous secrets, too', async () => {
  const said = await vitest('--config', 'test/payload4/vitest.config.ts')
  expect(said).toMatch(/Tests .*\d+ passed/)
}, 900_000)
