/**
 * Makes sure that the programs exist which the tests start: a real Redis, a real PostgreSQL and its
 * pooler, a real Chromium, the README's curl, and a server that speaks MongoDB's protocol; or only
 * those in its arguments. With `--more` also the gateways and languages of `test:more`. Valkey is
 * looked for only if it is named. If it may (as root on Debian or Ubuntu), it installs them with apt.
 * Otherwise it says in one line what to install, and fails.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { findMongo } from '../test/support/mongo/findMongo.ts'
import { backports } from './backports.ts'

const PROGRAMS = [
  { program: 'redis-server', debianPackage: 'redis-server' },
  { program: 'chromium', debianPackage: 'chromium' },
  { program: 'openssl', debianPackage: 'openssl' },
  { program: 'curl', debianPackage: 'curl' },
  { program: 'nginx', debianPackage: 'nginx', folders: ['/usr/sbin'], isMore: true },
  { program: 'caddy', debianPackage: 'caddy', isMore: true },
  { program: 'go', debianPackage: 'golang-go', isMore: true },
  { program: 'php', debianPackage: 'php-cli', isMore: true },
  { program: 'postgres', debianPackage: 'postgresql', folders: postgresFolders() },
  { program: 'pgbouncer', debianPackage: 'pgbouncer', folders: ['/usr/sbin'] },
]

/** Debian 12 has it in its backports. */
const VALKEY = 'valkey-server'

const named = process.argv.slice(2).filter((each) => each !== '--more')
const isMore = process.argv.includes('--more')
const missing = PROGRAMS.filter(
  ({ program, folders = [], ...rest }) =>
    (named.length === 0 ? isMore || !rest.isMore : named.includes(program)) &&
    !isInstalled(program, folders),
).map(({ debianPackage }) => debianPackage)
if (isMore && !succeeds('python3', '-c', 'import ensurepip, venv')) missing.push('python3-venv')
if (isMore && !succeeds('php', '-r', 'curl_version();')) missing.push('php-curl')
if (missing.length > 0) install(missing)
if (named.includes(VALKEY) && !isInstalled(VALKEY)) install([VALKEY], backports)
if (named.length === 0 || named.includes('mongo')) {
  const source = await findMongo().catch(({ message }: Error) => {
    if (isInstalled('java') && isInstalled('mvn')) fail(message)
    console.log(message)
    install(['default-jdk-headless', 'maven'])
    return findMongo()
  })
  console.log(`MongoDB in the tests: ${source.name}.`)
}

function install(packages: string[], aptOptions: () => string[] = () => []) {
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    fail(
      `The tests need ${packages.join(' and ')}: install ${packages.length > 1 ? 'them' : 'it'} first.`,
    )
  }
  const options = aptOptions()
  console.log(`Installing ${packages.join(' and ')} for the tests …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { status, stderr } = spawnSync('apt-get', [...options, ...args], {
      env,
      encoding: 'utf8',
    })
    if (status !== 0) fail(`apt-get ${args.join(' ')} failed:\n${stderr}`)
  }
}

/** Debian does not put the PostgreSQL server programs in the path. */
function postgresFolders(): string[] {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return []
  return readdirSync(versions).map((version) => path.join(versions, version, 'bin'))
}

function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0
}

function isInstalled(program: string, folders: string[] = []): boolean {
  return [...folders, ...(process.env.PATH ?? '').split(path.delimiter)].some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
