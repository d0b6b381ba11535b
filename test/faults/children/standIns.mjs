/**
 * Preloaded into a child that must run without a safeguard. Each file of `standIns/<safeguard>`
 * replaces the module of the package that has the same path.
 */
import { existsSync, readdirSync } from 'node:fs'
import { register } from 'node:module'

const { without } = JSON.parse(process.env.FAULTS_SETTINGS ?? '{}')
const folder = new URL(`../standIns/${without}/`, import.meta.url)
const dist = new URL('../../../dist/', import.meta.url)
const standIns = new Map()

for (const name of existsSync(folder) ? readdirSync(folder, { recursive: true }) : []) {
  if (!name.endsWith('.ts')) continue
  const replaced = new URL(name.replace(/\.ts$/, '.js'), dist)
  if (!existsSync(replaced)) throw new Error(`The package has no module ${replaced}`)
  standIns.set(replaced.href, new URL(name, folder).href)
}

register('./standInHooks.mjs', import.meta.url, { data: { standIns } })
