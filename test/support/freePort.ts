import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * A free port of the loopback interface. It is below the range of outgoing connections, which might
 * take it while its server is killed and started again. No process of this test run gets it twice,
 * because a server may need seconds until it listens.
 */
export function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  return new Promise((resolve) => {
    const server = createServer()
    const retry = () => resolve(freePort())
    server.once('error', retry)
    server.listen(port, '127.0.0.1', () =>
      server.close(() => (isMine(port) ? resolve(port) : retry())),
    )
  })
}

/** All processes of a test run have one folder, which goes with it: see `runFolder.ts`. */
function isMine(port: number): boolean {
  if (process.env.TESTS_LASTING_FOLDER === undefined) return true
  try {
    closeSync(openSync(path.join(tmpdir(), `port-${port}`), 'wx'))
    return true
  } catch {
    return false
  }
}
