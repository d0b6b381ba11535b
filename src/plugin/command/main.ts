import { pathToFileURL } from 'node:url'
import type { SanitizedConfig } from 'payload'
import { findConfig, loadEnv } from 'payload/node'
import { run } from './script.js'

/**
 * Does what these arguments say on the application in this folder, whose config is found as Payload
 * finds it. Resolves to the status that the process is to end with.
 */
export function main(args: readonly string[]): Promise<number> {
  loadEnv()
  process.env.DISABLE_PAYLOAD_HMR = 'true'
  return run(loadConfig, args)
}

async function loadConfig(): Promise<SanitizedConfig> {
  const module = await import(pathToFileURL(findConfig()).href)
  return (await module.default) ?? module
}
