import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './freePort.js'
import { until } from './until.js'

export interface PostgresServer {
  /** Makes an empty database and gives its address. */
  createDatabase(): string
  /**
   * Starts a streaming replica with all that is there by now, which shows nothing that is committed
   * from now on before an hour has passed. It ends with the server.
   */
  startDelayedReplica(): Promise<{
    /** The address of the same database at the replica. */
    addressOf(database: string): string
  }>
  stop(): Promise<void>
}

/**
 * A real PostgreSQL of its own on a free port of the loopback, with nothing in it. PostgreSQL does
 * not run as root, so root starts it as the user that Debian's package made for it.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = newFolder()
  run('initdb', ['-D', folder, '-U', 'tester', '--auth=trust', '--no-sync', '--encoding=UTF8'])
  const server = await startIn(folder)
  const at = ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'tester']
  const replicas: Running[] = []
  let databases = 0

  return {
    createDatabase() {
      databases += 1
      const name = `app_${databases}`
      run('createdb', [...at, name])
      return `postgres://tester@127.0.0.1:${server.port}/${name}`
    },
    async startDelayedReplica() {
      const copy = newFolder()
      run('pg_basebackup', [...at, '-D', copy, '--write-recovery-conf', '--checkpoint=fast'])
      const replica = await startIn(copy, { recovery_min_apply_delay: '1h' })
      replicas.push(replica)
      return {
        addressOf: (database) => database.replace(`:${server.port}/`, `:${replica.port}/`),
      }
    },
    async stop() {
      await Promise.all(replicas.map((each) => each.stop()))
      await server.stop()
    },
  }
}

interface Running {
  readonly port: number
  stop(): Promise<void>
}

async function startIn(folder: string, more: Record<string, string> = {}): Promise<Running> {
  const port = await freePort()
  const settings = {
    ...{ fsync: 'off', unix_socket_directories: folder, listen_addresses: '127.0.0.1' },
    ...more,
  }
  const server = spawn(
    path.join(postgresFolder(), 'postgres'),
    [
      ...['-D', folder, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...userOfServer(), cwd: folder, stdio: 'ignore' },
  )
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  const isReady = () => {
    try {
      run('pg_isready', ['-h', '127.0.0.1', '-p', String(port), '-U', 'tester'])
      return true
    } catch {
      return false
    }
  }
  await until('PostgreSQL to answer', isReady, { withinMs: 60_000, everyMs: 50 })
  return {
    port,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGINT')
      await ended
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-postgres-'))
  const { uid, gid } = userOfServer()
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}

const run = (program: string, args: string[]) =>
  execFileSync(path.join(postgresFolder(), program), args, {
    ...userOfServer(),
    stdio: 'pipe',
    cwd: tmpdir(),
  })

function userOfServer(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? userNamed('postgres') : {}
}

/** Debian keeps the server's programs out of the path. */
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
