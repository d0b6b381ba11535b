import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fingerprint } from '../../dev/demo/build.ts'
import { timed } from '../../dev/demo/print.ts'
import { run } from '../../dev/demo/run.ts'
import { repository, startChild } from './childProcess.js'

const resolve = createRequire(import.meta.url).resolve
const mark = path.join(repository, 'node_modules/.cache/jwt-revocation-package.sha256')
const SOURCES = ['src', 'scripts/copyStyles.mjs', 'tsconfig.json', 'tsconfig.build.json']

const BUILDING = Symbol.for('jwt-revocation-tests.package')
const global = globalThis as { [BUILDING]?: Promise<void> }

/** Builds the package once, unless the build is up to date, however many projects ask for it. */
export default function setup(): Promise<void> {
  global[BUILDING] ??= build()
  return global[BUILDING]
}

async function build() {
  const state = () => fingerprint(repository, [...SOURCES, 'package-lock.json', 'dist'])
  if (existsSync(mark) && readFileSync(mark, 'utf8') === (await state())) return
  await timed('Building the package', async () => {
    await node('The build', resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json')
    await node('The styles', 'scripts/copyStyles.mjs')
  })
  mkdirSync(path.dirname(mark), { recursive: true })
  writeFileSync(mark, await state())
}

/** Runs a program of the repository to its end. */
export const node = (what: string, ...args: string[]) =>
  run(
    what,
    startChild({
      args,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    }),
  )
