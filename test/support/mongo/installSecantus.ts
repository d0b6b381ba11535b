import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'

/**
 * A server with MongoDB's protocol, replica-set handshake and transactions, over WiredTiger,
 * MongoDB's own storage engine. It is a package of PyPI, under the GPL, and only the tests use it.
 */
const SECANTUS = 'secantusdb==0.7.0b3'

/**
 * Installs SecantusDB once, into an environment of its own in `cache`.
 *
 * @returns the path of that environment's Python
 * @throws when there is no Python 3.10 with `venv`
 */
export function installSecantus(cache: string): string {
  const folder = path.join(cache, SECANTUS.replace('==', '-'))
  const python = path.join(folder, 'bin/python')
  if (!existsSync(folder)) install(cache, folder)
  return python
}

function install(cache: string, folder: string) {
  console.log(`Installing ${SECANTUS} for the tests …`)
  const fresh = mkdtempSync(path.join(cache, 'secantus-'))
  const stdio = ['ignore', 'ignore', 'pipe'] as const
  try {
    execFileSync('python3', ['-m', 'venv', fresh], { stdio: [...stdio] })
    const pip = ['-m', 'pip', 'install', '--quiet', SECANTUS]
    execFileSync(path.join(fresh, 'bin/python'), pip, { stdio: [...stdio] })
    // Where another process was quicker, its folder is as good.
    if (!existsSync(folder)) renameSync(fresh, folder)
  } catch (cause) {
    throw new Error(
      'MongoDB with transactions: set MONGODB_URI to a replica set, install mongod, or install Python 3.10 with venv.',
      { cause },
    )
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}
