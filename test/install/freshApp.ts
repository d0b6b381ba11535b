import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { repository } from '../support/childProcess.js'
import { npmInstall, run } from './asUser.js'
import { installShared } from './installShared.js'
import { mergeIntoConfig, type Step } from './readmeLines.js'
import { startApp } from './startApp.js'

const NAME = 'payload-jwt-revocation'
const INSTALL = path.join(repository, 'test/install')

export type FreshApp = ReturnType<typeof createFreshApp>

/**
 * An app as `create-payload-app` leaves it, in a folder of its own, with nothing installed.
 *
 * @param layers folders of `test/install/apps`, whose files are laid over it, one after another;
 *   such an app has installed what all of them need
 */
export function createFreshApp(...layers: readonly string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-fresh-'))
  cpSync(path.join(INSTALL, 'blankApp'), folder, { recursive: true })
  for (const layer of layers) {
    cpSync(path.join(INSTALL, 'apps', layer), folder, { recursive: true })
  }
  const secrets = { PAYLOAD_SECRET: 'a-secret-of-the-install-test', PREVIEW_SECRET: 'preview' }
  const variables = Object.entries({ DATABASE_URL: 'file:./app.db', ...secrets })
  writeFileSync(path.join(folder, '.env'), variables.map((pair) => `${pair.join('=')}\n`).join(''))
  let tarball: string | undefined

  /** Runs lines as a user would, and gives what they print. */
  const shell = async (lines: string): Promise<string> => {
    const command = tarball
      ? lines.replaceAll(`npm install ${NAME}`, `${npmInstall} ${tarball}`)
      : lines
    const { stdout } = await run('bash', ['-euc', `${UNTIL_DONE}\n${command}`], { cwd: folder })
    return stdout
  }

  return {
    shell,
    /** Packs what was built as it would be published; the README's install line gets this file. */
    async pack() {
      if (layers.length > 0) await installShared(path.join(INSTALL, 'apps/package.json'), folder)
      tarball = await packInto(folder)
    },
    async follow(step: Step) {
      if (step.kind === 'shell') return void (await shell(step.lines))
      const file = path.join(folder, step.file)
      const merged = existsSync(file)
        ? mergeIntoConfig(readFileSync(file, 'utf8'), step.code)
        : step.code
      writeFileSync(file, merged)
    },
    /** Starts the built app on a free port. */
    start: (env?: Record<string, string>, runtime?: string) => startApp(folder, env, runtime),
    /** A copy of the app as it is now, with a database, files and caches of its own. */
    copy() {
      const copy = `${folder}-copy`
      const modules = path.join(folder, 'node_modules')
      cpSync(folder, copy, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (source) => source !== modules,
      })
      symlinkSync(modules, path.join(copy, 'node_modules'))
      return {
        start: (env?: Record<string, string>) => startApp(copy, env),
        remove: () => rm(copy, { recursive: true, force: true }),
      }
    },
    write(file: string, text: string) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      writeFileSync(path.join(folder, file), text)
    },
    read: (file: string) => readFileSync(path.join(folder, file), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Packs what was built as it would be published, and gives the name of the file. */
export async function packInto(folder: string): Promise<string> {
  const to = ['--pack-destination', folder]
  await run('npm', ['pack', '--silent', '--ignore-scripts', ...to], { cwd: repository })
  return `./${NAME}-${version()}.tgz`
}

/**
 * Payload's own program sometimes ends with nothing done and nothing said (docs/operations.md):
 * a user sees that, and runs it again.
 */
const UNTIL_DONE = `
npx() {
  local said
  for attempt in 1 2 3 4 5; do
    said=$(command npx "$@") || return
    if [ -n "$said" ]; then printf '%s\\n' "$said"; return; fi
  done
  echo "npx $* said nothing five times" >&2
  return 1
}`

function version(): string {
  const text = readFileSync(path.join(repository, 'package.json'), 'utf8')
  return String((JSON.parse(text) as { version: string }).version)
}
