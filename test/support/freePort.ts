import { createServer } from 'node:net'

/**
 * A free port of the loopback interface. It is below the range of outgoing connections, which might
 * take it while its server is killed and started again.
 */
export function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
}
