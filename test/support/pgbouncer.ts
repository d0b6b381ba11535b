import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { userOfServer } from './postgresServer.js'
import { until } from './until.js'

export interface Pgbouncer {
  /** The address of the same database through the pooler. */
  readonly address: string
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Its name in PATH is not enough: Debian puts it beside the programs of the system. */
const PATH = `${process.env.PATH}:/usr/sbin`
const PORT = 6432

/**
 * A real pgbouncer in front of a database. Each transaction gets any of its `poolSize` connections,
 * so nothing of a connection lasts longer than a transaction.
 */
export async function startPgbouncer(
  database: string,
  { poolSize }: { poolSize: number },
): Promise<Pgbouncer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-pgbouncer-'))
  const { host, name } = partsOf(database)
  const settings = path.join(folder, 'pgbouncer.ini')
  writeFileSync(settings, settingsFor({ folder, host, poolSize }))
  const { uid, gid } = userOfServer()
  chmodSync(folder, 0o755)
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  const child = spawn('pgbouncer', [settings], {
    ...{ uid, gid, env: { ...process.env, PATH } },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running.add(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const exited = new Promise<void>((resolve, reject) => {
    child.once('error', reject).once('exit', () => resolve())
  })
  exited.catch(() => {}).finally(() => running.delete(child))
  await until('pgbouncer listens', () => {
    if (!running.has(child)) throw new Error(`pgbouncer ended: ${said}`)
    return /process up/.test(said)
  })

  return {
    address: `postgres://tester@localhost:${PORT}/${name}?host=${encodeURIComponent(folder)}`,
    async stop() {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function partsOf(database: string) {
  const { pathname, searchParams } = new URL(database)
  return { host: searchParams.get('host') ?? '', name: pathname.slice(1) }
}

const settingsFor = ({
  folder,
  host,
  poolSize,
}: Record<'folder' | 'host', string> & { poolSize: number }) => `
[databases]
* = host=${host} user=tester
[pgbouncer]
listen_addr =
listen_port = ${PORT}
unix_socket_dir = ${folder}
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`
