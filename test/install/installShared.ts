import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { npmInstall, run } from './asUser.js'

/**
 * Installs what a `package.json` names into the folder of an app: from the registry once, and as
 * links to those files for every app after it, in later runs too. An `.npmrc` beside it counts.
 */
export async function installShared(packageJson: string, folder: string): Promise<void> {
  await linkInstalled(await sharedInstall(packageJson), folder)
}

/** Puts what is installed in one folder into another one, as links to the same files. */
export async function linkInstalled(from: string, folder: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(path.join(from, file), path.join(folder, file))
  }
  await run('cp', ['-al', path.join(from, 'node_modules'), folder], { cwd: folder })
  // The one file in there that npm writes to where it is, instead of putting another in its place.
  const npms = 'node_modules/.package-lock.json'
  await rm(path.join(folder, npms))
  cpSync(path.join(from, npms), path.join(folder, npms))
}

/** The folder with what a `package.json` names, for all who only read it. */
export async function sharedInstall(packageJson: string): Promise<string> {
  const text = readFileSync(packageJson)
  const hash = createHash('sha256').update(process.version).update(text).digest('hex')
  const shared = path.join(tmpdir(), `jwt-revocation-apps-${hash.slice(0, 16)}`)
  if (!existsSync(shared)) await install(packageJson, shared)
  return shared
}

async function install(packageJson: string, shared: string) {
  const fresh = mkdtempSync(`${shared}-`)
  cpSync(packageJson, path.join(fresh, 'package.json'))
  const settings = path.join(path.dirname(packageJson), '.npmrc')
  if (existsSync(settings)) cpSync(settings, path.join(fresh, '.npmrc'))
  await run('bash', ['-euc', npmInstall], { cwd: fresh })
  // Where another test run was quicker, its folder is as good.
  await rename(fresh, shared).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    return rm(fresh, { recursive: true, force: true })
  })
}
