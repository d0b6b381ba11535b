import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './freePort.js'

export interface PostgresServer {
  /** Makes an empty database and gives its address. */
  createDatabase(): string
  stop(): Promise<void>
}

/**
 * A real PostgreSQL of its own on a free port of the loopback, with nothing in it. PostgreSQL does
 * not run as root, so root starts it as the user that Debian's package made for it.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = postgresFolder()
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-postgres-'))
  const isRoot = process.getuid?.() === 0
  const user: { uid?: number; gid?: number } = isRoot ? userNamed('postgres') : {}
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const run = (program: string, args: string[]) =>
    execFileSync(path.join(bin, program), args, { ...user, stdio: 'pipe', cwd: folder })

  run('initdb', ['-D', folder, '-U', 'tester', '--auth=trust', '--no-sync', '--encoding=UTF8'])
  const port = await freePort()
  const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'tester']
  const settings = { fsync: 'off', unix_socket_directories: folder, listen_addresses: '127.0.0.1' }
  const server = spawn(
    path.join(bin, 'postgres'),
    [
      ...['-D', folder, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...user, cwd: folder, stdio: 'ignore' },
  )
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  const isReady = () => {
    try {
      run('pg_isready', at)
      return true
    } catch {
      return false
    }
  }
  for (const deadline = Date.now() + 20_000; !isReady(); ) {
    if (Date.now() > deadline) throw new Error('PostgreSQL did not start within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  let databases = 0

  return {
    createDatabase() {
      databases += 1
      const name = `app_${databases}`
      run('createdb', [...at, name])
      return `postgres://tester@127.0.0.1:${port}/${name}`
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGINT')
      await ended
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
