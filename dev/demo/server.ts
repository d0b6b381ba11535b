import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { DemoError } from './demoError.ts'
import type { Running } from './run.ts'

export const host = '127.0.0.1'

const patienceMs = 60_000

/** PORT, or 3000. */
export function readPort(value = process.env.PORT): number {
  const port = Number(value || 3_000)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new DemoError(`PORT must be a number from 1 to 65535, not "${value}".`)
}

/** Checks early, before half a minute of building. */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const isTaken = 'code' in cause && cause.code === 'EADDRINUSE'
      const advice = `Port ${port} is taken. Choose another: PORT=${port + 1} npm run demo`
      reject(isTaken ? new DemoError(advice, { cause }) : cause)
    })
    server.listen({ host, port, exclusive: true }, resolve)
  })
  await new Promise((resolve) => server.close(resolve))
}

/** Resolves when the app answers a request that needs Payload and its database. */
export async function untilReady(origin: string, server: Running): Promise<void> {
  let exitCode: number | undefined
  void server.exited.then((code) => {
    exitCode = code
  })
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    if (exitCode !== undefined) {
      throw new DemoError(`The server ended with code ${exitCode}.\n${server.lastOutput()}`)
    }
    if (await answers(`${origin}/api/whoami`)) return
    await wait(100)
  }
  throw new DemoError(`The server did not answer in time.\n${server.lastOutput()}`)
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).ok
  } catch (error) {
    const isNotThereYet = error instanceof TypeError || error instanceof DOMException
    if (isNotThereYet) return false
    throw error
  }
}
