import { connect } from 'node:net'

/**
 * Sends lines of a GET that no HTTP client would send, and returns the status and the body of the
 * answer.
 */
export function sendBytes(
  { port }: { port: number },
  path: string,
  lines: readonly string[],
): Promise<{ status: number; body: string }> {
  const head = [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...lines, 'Connection: close']
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').setTimeout(60_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const [, status = '0', body = ''] =
        /^HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n([\s\S]*)/.exec(answer) ?? []
      resolve({ status: Number(status), body })
    })
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
  })
}
