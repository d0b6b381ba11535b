import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../support/childProcess.js'
import { until } from '../support/until.js'
import { type Answer, ask } from './ask.js'
import {
  type ChildSettings,
  CLOCK_PATH,
  CLOCK_VARIABLE,
  type Safeguard,
  SETTINGS_VARIABLE,
} from './settings.js'

/** One process of the system under test, through all its lives. */
export interface Member {
  readonly name: string
  readonly role: 'app' | 'guard'
  /** How far its clock normally is from the true time, in milliseconds. */
  readonly usualOffsetMs: number
  /** How far it is now. */
  readonly clockOffsetMs: number
  /** Since when (`performance.now()`) its clock is off by a jump; `undefined` while it is not. */
  readonly clockIsOffSince: number | undefined
  /** Changes with every start, because a process's knowledge ends with it. */
  readonly life: string
  readonly origin: string | undefined
  start(): Promise<void>
  kill(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
  /**
   * Sets its clock off by this much more than usual, in milliseconds, whether it runs or not. 0
   * corrects it.
   */
  jump(byMs: number): Promise<void>
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
/** A machine with other work takes its time. */
const START_LIMIT_MS = 60_000
const addressLine = /http:\/\/127\.0\.0\.1:\d+/

/** What must be preloaded to switch a safeguard off. */
const preloads = (without: Safeguard | undefined) =>
  without ? ['--import', pathOf('standIns.mjs')] : []

export function createMember({ name, role, clockOffsetMs, settings }: MemberOptions): Member {
  let child: Child | undefined
  let origin: string | undefined
  let lives = 0
  let jumpMs = 0
  let clockIsOffSince: number | undefined

  const launch = () =>
    startChild({
      args: [
        ...['--import', pathOf('clockOffset.mjs'), ...preloads(settings.without)],
        ...['--import', 'tsx', pathOf(`${role}Process.ts`)],
      ],
      env: {
        ...process.env,
        NODE_ENV: 'test',
        [CLOCK_VARIABLE]: String(clockOffsetMs + jumpMs),
        ...(settings.without === 'monotonic-ages' && { FAULTS_WALL_AGES: 'true' }),
        [SETTINGS_VARIABLE]: JSON.stringify(settings),
      },
    })

  return {
    name,
    role,
    usualOffsetMs: clockOffsetMs,
    get clockOffsetMs() {
      return clockOffsetMs + jumpMs
    },
    get clockIsOffSince() {
      return clockIsOffSince
    },
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
        const listens = () => {
          if (started.hasEnded) throw new Error(`${name} ended`)
          return addressLine.exec(started.lastOutput())?.[0]
        }
        origin = await until(`${name} listens`, listens, { withinMs: START_LIMIT_MS })
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
    async jump(byMs) {
      jumpMs = byMs
      if (byMs === 0) clockIsOffSince = undefined
      if (origin) {
        const body = { offsetMs: clockOffsetMs + jumpMs }
        const { status } = await ask(origin, { path: CLOCK_PATH, method: 'POST', body })
        if (status !== 200) throw new Error(`The clock of ${name} could not be set`)
      }
      if (byMs !== 0) clockIsOffSince ??= performance.now()
    },
    show: (token) => ask(origin, { token, path: role === 'app' ? '/api/users/me' : '/api/hello' }),
    lastOutput: () => child?.lastOutput() ?? '',
  }
}
