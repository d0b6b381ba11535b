import { request } from 'node:http'

export interface RawResponse {
  status: number
  body: string
  /** Every value of a header as it was in the answer, one per line. */
  header(name: string): string[]
}

export interface RawRequest {
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** One HTTP request whose target is sent exactly as given. No client normalizes the path. */
export function rawRequest(
  { origin }: { origin: string },
  target: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawResponse> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path: target, headers, agent: false, timeout: 60_000 },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const { rawHeaders, statusCode = 0 } = answer
          resolve({
            status: statusCode,
            body: Buffer.concat(chunks).toString('utf8'),
            header: (name) => valuesOf(rawHeaders, name),
          })
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Node returns headers as a flat list of names and values in turn. */
const valuesOf = (rawHeaders: string[], name: string) =>
  rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name.toLowerCase(),
  )
