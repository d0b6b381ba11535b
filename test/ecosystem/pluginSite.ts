import { cpSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { npmInstall, run, usersEnvironment } from '../install/asUser.js'
import { installShared } from '../install/installShared.js'
import { repository, startChild } from '../support/childProcess.js'
import { freePort } from '../support/freePort.js'
import { until } from '../support/until.js'
import { startProvider } from './provider.js'
import { type Visitor, visitorOf } from './visitor.js'

const SOURCE = path.join(repository, 'test/ecosystem/app')

export interface Site {
  origin: string
  visitor(): Visitor
  /** Calls `revocations(payload).revoke()` in the app. */
  revoke(target: object): Promise<void>
  /** Makes or changes an account by the Local API. Returns its id. */
  account(change: object): Promise<number | string>
  lastOutput(): string
}

/** Starts the app of `test/ecosystem/app` with one of the plugins, and stops it after the tests. */
export type StartSite = (plugin: string, env?: Env | (() => Env)) => () => Site

type Env = Record<string, string>

/** Installs the app with all the plugins, and this package as it would be published. */
export function pluginSites(): StartSite {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-plugins-'))
  let provider: Awaited<ReturnType<typeof startProvider>>

  beforeAll(async () => {
    cpSync(SOURCE, folder, { recursive: true })
    cpSync(
      path.join(repository, 'test/support/nextRoute.ts'),
      path.join(folder, 'src/nextRoute.ts'),
    )
    provider = await startProvider()
    await installShared(path.join(SOURCE, 'package.json'), folder)
    const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
    const { stdout } = await run('npm', pack, { cwd: repository })
    await run('bash', ['-euc', `${npmInstall} ./${stdout.trim()}`], { cwd: folder })
  }, 900_000)

  afterAll(async () => {
    provider?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 180_000)

  return (plugin, env = {}) => {
    let site: Site & { stop(): Promise<void> }
    beforeAll(async () => {
      site = await startSite(folder, {
        ...{ WITH: plugin, ...provider.env },
        ...(typeof env === 'function' ? env() : env),
      })
    })
    afterAll(() => site?.stop())
    return () => site
  }
}

let count = 0

async function startSite(folder: string, env: Record<string, string>) {
  count += 1
  const port = String(await freePort())
  const origin = `http://127.0.0.1:${port}`
  const child = startChild({
    args: ['--import', 'tsx', 'src/server.ts'],
    cwd: folder,
    env: {
      ...usersEnvironment,
      ...{ PORT: port, ORIGIN: origin, DATABASE_URL: `file:./app-${count}.db` },
      PAYLOAD_SECRET: 'a-secret-of-the-tests-with-plugins-of-others',
      PAYLOAD_FORCE_DRIZZLE_PUSH: 'true',
      ...env,
    },
  })
  await until('the app answers', async () => {
    if (child.hasEnded) throw new Error(`The app ended:\n${child.lastOutput()}`)
    return fetch(`${origin}/api/access`).then(
      () => true,
      () => false,
    )
  })
  const order = async (pathname: string, body: object) => {
    const answer = await visitorOf(origin).json(pathname, { body })
    if (answer.status !== 200) throw new Error(`${pathname}: ${JSON.stringify(answer)}`)
    return answer.body
  }
  return {
    origin,
    visitor: () => visitorOf(origin),
    revoke: async (target: object) => void (await order('/api/cut-off', target)),
    account: async (change: object) => (await order('/api/set-account', change)).id as number,
    lastOutput: child.lastOutput,
    stop: () => child.kill('SIGKILL'),
  }
}
