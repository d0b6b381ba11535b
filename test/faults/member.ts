import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../support/childProcess.js'
import { until } from '../support/until.js'
import { type Answer, ask } from './ask.js'
import { type ChildSettings, CLOCK_VARIABLE, SETTINGS_VARIABLE } from './settings.js'

/** One process of the system under test, through all its lives. */
export interface Member {
  readonly name: string
  readonly role: 'app' | 'guard'
  readonly clockOffsetMs: number
  /** Changes with every start: what a process knew dies with it. */
  readonly life: string
  readonly origin: string | undefined
  start(): Promise<void>
  kill(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Asks `/me`, or the guard, about a token. */
  show(token: string): Promise<Answer>
  lastOutput(): string
}

interface MemberOptions {
  name: string
  role: Member['role']
  clockOffsetMs: number
  settings: ChildSettings
}

const pathOf = (name: string) => fileURLToPath(new URL(`./children/${name}`, import.meta.url))
const addressLine = /http:\/\/127\.0\.0\.1:\d+/

export function createMember({ name, role, clockOffsetMs, settings }: MemberOptions): Member {
  let child: Child | undefined
  let origin: string | undefined
  let lives = 0

  const launch = () =>
    startChild({
      args: [
        ...['--import', pathOf('clockOffset.mjs')],
        ...['--import', 'tsx', pathOf(`${role}Process.ts`)],
      ],
      env: {
        ...process.env,
        NODE_ENV: 'test',
        [CLOCK_VARIABLE]: String(clockOffsetMs),
        [SETTINGS_VARIABLE]: JSON.stringify(settings),
      },
    })

  return {
    name,
    role,
    clockOffsetMs,
    get life() {
      return `${name}, life ${lives}`
    },
    get origin() {
      return origin
    },
    async start() {
      const started = launch()
      child = started
      lives += 1
      try {
        origin = await until(`${name} listens`, () => {
          if (started.hasEnded) throw new Error(`${name} ended`)
          return addressLine.exec(started.lastOutput())?.[0]
        })
      } catch (cause) {
        await started.kill('SIGKILL')
        throw new Error(started.lastOutput(), { cause })
      }
    },
    async kill() {
      origin = undefined
      await child?.kill('SIGKILL')
    },
    freeze: async () => child?.kill('SIGSTOP'),
    thaw: async () => child?.kill('SIGCONT'),
    show: (token) => ask(origin, { token, path: role === 'app' ? '/api/users/me' : '/api/hello' }),
    lastOutput: () => child?.lastOutput() ?? '',
  }
}
