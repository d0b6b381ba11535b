import { cpSync, existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { sharedFolder } from '../support/sharedFolder.js'
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
export function sharedInstall(packageJson: string): Promise<string> {
  const contents = process.version + readFileSync(packageJson, 'utf8')
  return sharedFolder({ kind: 'apps', contents }, async (fresh) => {
    cpSync(packageJson, path.join(fresh, 'package.json'))
    const settings = path.join(path.dirname(packageJson), '.npmrc')
    if (existsSync(settings)) cpSync(settings, path.join(fresh, '.npmrc'))
    await run('bash', ['-euc', npmInstall], { cwd: fresh })
  })
}
