import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './freePort.js'
import { until } from './until.js'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface Sqld {
  readonly url: string
  /** Kills it at once and starts it again on what is on the disk. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** A real libsql server, as Turso runs it, on an empty database. */
export async function startSqld(program: string): Promise<Sqld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-sqld-'))
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  // npm drops the mode of the file.
  chmodSync(program, 0o755)
  let child: ChildProcess | undefined

  const start = async () => {
    const args = ['--http-listen-addr', address, '--db-path', path.join(folder, 'data')]
    const started = spawn(program, [...args, '--no-welcome'], { stdio: 'ignore' })
    child = started
    running.add(started)
    started.once('exit', () => running.delete(started))
    await until('sqld answers', async () => {
      if (started.exitCode !== null) throw new Error(`sqld ended with ${started.exitCode}`)
      return fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    })
  }

  const kill = async () => {
    const exited = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await exited
  }

  await start()
  return {
    url,
    async crash() {
      await kill()
      await start()
    },
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
