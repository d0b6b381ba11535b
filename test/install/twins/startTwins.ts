import { npmInstall } from '../asUser.js'
import { createFreshApp, type FreshApp } from '../freshApp.js'
import { readmeSteps, type Step } from '../readmeLines.js'
import type { RunningApp } from '../startApp.js'

/** The same built app twice, each with its database: with the plugin, and without. */
export interface Twins {
  readonly app: FreshApp
  readonly withPlugin: RunningApp
  readonly without: RunningApp
  stop(): Promise<void>
}

export interface Preparation {
  /** Lines for the shell. */
  build?: string
  /** A package that this app alone needs, as npm takes it. */
  install?: string
  /** The app's database has migrations, as SQL databases do. Default: true. */
  hasMigrations?: boolean
  /** Changes the app before the README's lines are followed. */
  prepare?: (app: FreshApp) => Promise<unknown>
  /** For the running apps, beside their `.env`. */
  env?: Record<string, string>
}

/** Keeps the plugin of the README's line out where the variable says so: read at each start. */
const SWITCH = '...(process.env.WITHOUT_REVOCATION ? [] : [jwtRevocation()])'

/**
 * Installs the plugin by the README's lines in an app of `test/install/apps` and builds it once.
 * A copy of what was built, migrated and empty, then runs without the plugin.
 */
export async function startTwins(
  layers: readonly string[],
  { build = 'npm run build', install, hasMigrations = true, prepare, env }: Preparation = {},
): Promise<Twins> {
  const app = createFreshApp(...layers)
  await prepare?.(app)
  await app.pack()
  if (install) await app.shell(`${npmInstall} ${install}`)
  for (const step of readmeSteps('install')) {
    await app.follow(hasMigrations ? step : withoutMigrations(step))
    if (step.kind === 'code') switchInto(app, step.file)
  }
  // The templates have this file. Payload writes it in the background, and may end before it is there.
  await app.shell('npx payload generate:types')
  await app.shell(build)
  const copy = app.copy()
  const [withPlugin, without] = await Promise.all([
    app.start(env),
    copy.start({ ...env, WITHOUT_REVOCATION: 'true' }),
  ])
  return {
    app,
    withPlugin,
    without,
    async stop() {
      await Promise.all([withPlugin.stop(), without.stop()])
      await Promise.all([app.remove(), copy.remove()])
    },
  }
}

const withoutMigrations = (step: Step): Step =>
  step.kind === 'shell' ? { ...step, lines: step.lines.replace(/^.* migrate.*\n/gm, '') } : step

function switchInto(app: FreshApp, file: string) {
  const config = app.read(file)
  const switched = config.replace(/\bjwtRevocation\(\)(?=\])/, SWITCH)
  if (switched === config) throw new Error(`The plugin's line is not found in ${file}`)
  app.write(file, switched)
}
