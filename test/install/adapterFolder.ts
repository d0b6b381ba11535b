import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Snippet, snippetsIn } from '../../scripts/snippetsIn.js'
import { repository } from '../support/childProcess.js'
import { run } from './asUser.js'
import { installShared } from './installShared.js'

const PAGE = path.join(repository, 'docs/verify.md')
const ADAPTERS = path.join(repository, 'test/install/adapters')

/** The snippets of docs/verify.md that have a name, as they stand there. */
export const namedSnippets = (): Snippet[] =>
  snippetsIn(readFileSync(PAGE, 'utf8')).filter(({ name }) => !/^\d/.test(name))

/** A folder with these snippets, the packages that they import, and this package. */
export async function createAdapterFolder(snippets: readonly Snippet[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-adapters-'))
  const inFolder = (name: string) => path.join(folder, name)
  await installShared(path.join(ADAPTERS, 'package.json'), folder)
  for (const own of [
    'payload-jwt-revocation',
    'ioredis',
    'tsx',
    'ws',
    '@types/ws',
    '@types/node',
  ]) {
    const source = own === 'payload-jwt-revocation' ? '.' : `node_modules/${own}`
    await rm(inFolder(`node_modules/${own}`), { recursive: true, force: true })
    symlinkSync(path.join(repository, source), inFolder(`node_modules/${own}`))
  }
  cpSync(path.join(ADAPTERS, 'tsconfig.json'), inFolder('tsconfig.json'))
  for (const { name, code } of snippets) writeFileSync(inFolder(name), code)
  return {
    folder,
    copy: (file: string) => cpSync(path.join(repository, file), inFolder(path.basename(file))),
    /** Compiles everything in it, as strictly as an editor would. */
    compile: () =>
      run('node', [path.join(repository, 'node_modules/.bin/tsc'), '-p', '.'], { cwd: folder }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
