import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { npmInstall, run, usersEnvironment } from '../install/asUser.js'
import { packInto } from '../install/freshApp.js'
import { installShared } from '../install/installShared.js'
import { repository, startChild } from '../support/childProcess.js'
import { until } from '../support/until.js'
import type { Cell } from './cells.js'
import { runtimeOf } from './fromRegistry.js'
import { withVersions } from './withVersions.js'

/** The programs of `test/matrix/app` with the packed package, on the runtime of a cell. */
export async function createRuntimeApp(cell: Cell, variables: Record<string, string>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-runtime-'))
  const packageJson = path.join(folder, 'package.json')
  const blank = readFileSync(path.join(repository, 'test/install/blankApp/package.json'), 'utf8')
  writeFileSync(packageJson, withVersions(blank, cell))
  await installShared(packageJson, folder)
  const tarball = await packInto(folder)
  await run('bash', ['-euc', `${npmInstall} ${tarball} ioredis@${cell.packages.ioredis}`], {
    cwd: folder,
  })
  cpSync(path.join(repository, 'test/matrix/app'), folder, { recursive: true })
  const runtime = await runtimeOf(cell)
  if (!runtime) throw new Error(`${cell.name} names neither Node.js nor Bun`)

  const start = (program: string) =>
    startChild({
      args: [program],
      runtime,
      cwd: folder,
      env: { ...usersEnvironment, DATABASE_URL: `file:${folder}/app.db`, ...variables },
    })

  return {
    /** Runs a program to its end, and gives what it printed. */
    async run(program: string): Promise<string> {
      const child = start(program)
      const code = await child.exited
      if (code !== 0) throw new Error(`${program} ended with ${code}:\n${child.lastOutput()}`)
      return child.lastOutput()
    },
    /** Starts a server, and waits until it listens. */
    async serve(program: string) {
      const child = start(program)
      const origin = await until(`${program} listens`, () => {
        if (child.hasEnded) throw new Error(child.lastOutput())
        return /Listens on (\S+)/.exec(child.lastOutput())?.[1]
      })
      return { origin, stop: () => child.kill('SIGKILL') }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
