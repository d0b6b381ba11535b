import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startChild } from './children.js'

const folder = fileURLToPath(new URL('../peers', import.meta.url))
const LIMIT_MS = 120_000

/**
 * Installs the compared packages into `bench/peers`, by its own lock file, unless they are there.
 * If that fails (without a network), the benchmark runs without them and says so.
 */
export async function installPeers(): Promise<void> {
  if (existsSync(`${folder}/node_modules/.package-lock.json`)) return
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts']
  // The peer dependency is another version of Payload, of which nothing is used.
  const child = startChild('npm', ['ci', '--prefix', folder, '--legacy-peer-deps', ...quietly])
  const code = await child.exit(LIMIT_MS).catch(() => undefined)
  if (code !== 0) console.error(`bench/peers could not be installed:\n${child.output()}`)
}
