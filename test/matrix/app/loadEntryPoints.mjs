/** Loads each entry point of the package, and prints which version of what did so. */
import { readFileSync } from 'node:fs'
import { register } from 'node:module'

// The admin panel's components import styles: a bundler takes them, and Bun, but not Node.js.
const EMPTY_STYLES = `export const load = (url, context, next) =>
  /\\.s?css$/.test(url) ? { format: 'module', source: '', shortCircuit: true } : next(url, context)`
if (!process.versions.bun) register(`data:text/javascript,${encodeURIComponent(EMPTY_STYLES)}`)

const packageOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))

const exported = {}
for (const entry of Object.keys(packageOf('payload-jwt-revocation').exports)) {
  const loaded = await import(`payload-jwt-revocation${entry.slice(1)}`)
  exported[entry] = Object.keys(loaded)
}
const runtime = process.versions.bun
  ? { Bun: process.versions.bun }
  : { 'Node.js': process.versions.node }
const versions = { ...runtime, Payload: packageOf('payload').version }
process.stdout.write(JSON.stringify({ exported, versions }))
process.exit()
