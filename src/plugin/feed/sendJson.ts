import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { PayloadRequest } from 'payload'

/** Smaller answers cost more to compress than to send. */
const WORTH_IT = 1_000

const compress = promisify(gzip)

/** Sends JSON, compressed if the reader accepts it. Nobody may keep it. */
export async function sendJson(
  { headers }: Pick<PayloadRequest, 'headers'>,
  body: object,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const text = JSON.stringify(body)
  const all = {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    Vary: 'Accept-Encoding',
    ...more,
  }
  if (text.length < WORTH_IT || !acceptsGzip(headers.get('Accept-Encoding') ?? '')) {
    return new Response(text, { headers: all })
  }
  const bytes = new Uint8Array(await compress(text, { level: 1 }))
  return new Response(bytes, { headers: { ...all, 'Content-Encoding': 'gzip' } })
}

/** RFC 9110 §12.5.3, without preferences among codings: gzip is the only one here. */
const acceptsGzip = (accepted: string) =>
  accepted.split(',').some((coding) => {
    const [name = '', weight = ''] = coding.toLowerCase().split(';')
    return /^\s*(?:gzip|x-gzip|\*)\s*$/.test(name) && !/q=0(?:\.0*)?\s*$/.test(weight.trim())
  })
