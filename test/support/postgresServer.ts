import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface PostgresServer {
  /** Creates an empty database and returns its address. */
  createDatabase(): string
  /**
   * Starts a streaming replica with the current content. It shows later commits only after an hour.
   */
  startDelayedReplica(): {
    /** The address of the same database at the replica. */
    addressOf(database: string): string
  }
  /** Ends it and its replicas before this process ends. */
  stop(): void
}

/**
 * A real, empty PostgreSQL. It ends with this process, however that ends. Most tests only need a
 * database: see `postgresDatabase.ts`.
 */
export function startPostgres(): PostgresServer {
  const { folder, end } = newFolder()
  const ends = [end]
  run(
    'initdb',
    '-D',
    dataOf(folder),
    '-U',
    'tester',
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
  )
  startIn(folder, SETTINGS)
  let databases = 0

  return {
    createDatabase() {
      databases += 1
      const name = `app_${databases}`
      run('createdb', '-h', folder, '-U', 'tester', name)
      return `postgres://tester@localhost/${name}?host=${encodeURIComponent(folder)}`
    },
    startDelayedReplica() {
      const { folder: copy, end: endReplica } = newFolder()
      ends.push(endReplica)
      const from = ['-h', folder, '-U', 'tester', '-D', dataOf(copy)]
      run('pg_basebackup', ...from, '--write-recovery-conf', '--checkpoint=fast')
      startIn(copy, { ...SETTINGS, recovery_min_apply_delay: '1h' })
      const [here, there] = [folder, copy].map(encodeURIComponent) as [string, string]
      return { addressOf: (database) => database.replace(here, there) }
    },
    stop() {
      for (const each of ends) each()
    },
  }
}

/** Nothing here must survive a crash of the machine. */
const SETTINGS = {
  autovacuum: 'off',
  fsync: 'off',
  full_page_writes: 'off',
  listen_addresses: '',
  max_connections: '300',
  synchronous_commit: 'off',
}

const dataOf = (folder: string) => path.join(folder, 'data')

/** Listens on a socket in the folder, and on no port. */
function startIn(folder: string, settings: Readonly<Record<string, string>>) {
  const options = Object.entries({ ...settings, unix_socket_directories: folder })
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ')
  const at = ['-D', dataOf(folder), '-l', path.join(folder, 'server.log')]
  run('pg_ctl', 'start', ...at, '-o', options, '--wait', '--timeout=120')
}

/**
 * A shell whose input stays open as long as this process lives. It then stops what runs there and
 * deletes it. The returned function ends it earlier.
 */
function endWithUs(folder: string) {
  const script = 'cat > /dev/null; "$0" stop -D "$1/data" -m immediate; rm -rf "$1"'
  const keeper = spawn('sh', ['-c', script, path.join(postgresFolder(), 'pg_ctl'), folder], {
    ...userOfServer(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keeper.unref()
  return () => keeper.stdin.end()
}

function newFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-postgres-'))
  const { uid, gid } = userOfServer()
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return { folder, end: endWithUs(folder) }
}

const run = (program: string, ...args: string[]) =>
  execFileSync(path.join(postgresFolder(), program), args, {
    ...userOfServer(),
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })

let user: { uid?: number; gid?: number } | undefined

/** PostgreSQL does not run as root, so root runs it as the user that Debian's package created. */
export function userOfServer() {
  user ??= process.getuid?.() === 0 ? userNamed('postgres') : {}
  return user
}

/** Debian does not put the server programs in the path. */
function postgresFolder(): string {
  const versions = '/usr/lib/postgresql'
  const onPath = (process.env.PATH ?? '').split(path.delimiter)
  const folders = existsSync(versions)
    ? readdirSync(versions).map((version) => path.join(versions, version, 'bin'))
    : []
  const found = [...folders, ...onPath].find((folder) => existsSync(path.join(folder, 'initdb')))
  if (!found) throw new Error('The tests need PostgreSQL: install the package postgresql.')
  return found
}

function userNamed(name: string) {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
