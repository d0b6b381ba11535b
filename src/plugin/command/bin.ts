#!/usr/bin/env node
/**
 * `payload-jwt-revocation …`: the same as `payload revocation …`, but safe in an emergency. On Node
 * 20 Payload's own `bin` can exit with 0 and do nothing: it waits for its loader, which starts in
 * another thread, and nothing keeps the process alive until then. This program keeps the process
 * alive, and its exit status is an error until the command is done.
 */
import nodeModule, { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type * as Main from './main.js'

let isDone = false
process.exitCode = 1
process.once('exit', () => {
  if (isDone) return
  process.exitCode = 1
  console.error(
    'The process ended before the command was done. It is not known whether anything was recorded.',
  )
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
// Like Payload's `bin`, it exits even if the application left something open.
process.exit()

/** Uses the loader that comes with Payload, because the application's config is TypeScript. */
async function loadMain(): Promise<typeof Main> {
  // Payload does the same: with that function tsx leaks its own names into module names
  // (payloadcms/payload#16949).
  if ('registerHooks' in nodeModule) Reflect.set(nodeModule, 'registerHooks', undefined)
  const { resolve } = createRequire(import.meta.resolve('payload'))
  const api = await import(pathToFileURL(resolve('tsx/esm/api')).href)
  return (api.tsImport ?? api.default.tsImport)('./main.js', import.meta.url)
}
