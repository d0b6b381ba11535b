#!/usr/bin/env node
/**
 * `payload-jwt-revocation …`: the same as `payload revocation …`, and safe in an emergency. On Node 20
 * Payload's own `bin` can end with 0 and nothing done: it waits for its loader, which starts in a
 * thread of its own, and nothing keeps the process alive meanwhile. This one is kept alive, and its
 * status is an error until it knows better.
 */
import nodeModule, { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type * as Main from './main.js'

let isDone = false
process.exitCode = 1
process.once('exit', () => {
  if (isDone) return
  process.exitCode = 1
  console.error('The process ended before the command was done: nothing is known to be recorded.')
})
const keepAlive = setInterval(() => {}, 60_000)

try {
  const { main } = await loadMain()
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.error('Nothing was recorded.')
}
isDone = true
clearInterval(keepAlive)
// As Payload's own: whatever the application left open does not keep the process.
process.exit()

/** By the loader that Payload brings: the application's config is TypeScript. */
async function loadMain(): Promise<typeof Main> {
  // As Payload does: there tsx leaks its own names into those of modules (payloadcms/payload#16949).
  if ('registerHooks' in nodeModule) Reflect.set(nodeModule, 'registerHooks', undefined)
  const { resolve } = createRequire(import.meta.resolve('payload'))
  const api = await import(pathToFileURL(resolve('tsx/esm/api')).href)
  return (api.tsImport ?? api.default.tsImport)('./main.js', import.meta.url)
}
