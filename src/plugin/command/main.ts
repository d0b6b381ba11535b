import { pathToFileURL } from 'node:url'
import type { SanitizedConfig } from 'payload'
import { findConfig, loadEnv } from 'payload/node'
import { run } from './script.js'

/**
 * Runs the command of these arguments on the application in this folder. The config is found as
 * Payload finds it. Resolves to the exit status.
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
