import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIfChanged } from '../../dev/demo/build.ts'
import { timed } from '../../dev/demo/print.ts'
import { run } from '../../dev/demo/run.ts'
import { repository, startChild } from './childProcess.js'
import { environmentOf, SEEDED_DATABASE } from './nextApp.js'
import buildPackage, { node } from './packageSetup.js'

const resolve = createRequire(import.meta.url).resolve

/**
 * Runs once per run of vitest or Playwright. Builds the package, builds the app in `dev/` unless
 * the same was built before, and seeds a database that every app of the tests copies.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await buildPackage()
  await buildIfChanged(repository, () =>
    timed('Building the app', () =>
      node('The build', resolve('next/dist/bin/next'), 'build', 'dev'),
    ),
  )
  const folder = await mkdtemp(path.join(tmpdir(), 'jwt-revocation-seed-'))
  const database = path.join(folder, 'app.db')
  const env = { ...environmentOf({ database }), NODE_ENV: 'development' as const }
  await timed('Seeding a database', () =>
    run('The seed', startChild({ args: ['--import', 'tsx', 'dev/seed.ts'], env })),
  )
  process.env[SEEDED_DATABASE] = database
  return () => rm(folder, { recursive: true, force: true })
}
