import { readText } from '../../core/readText.js'

const MAX_BODY_BYTES = 64 * 1024

/**
 * Whether a request asks for a new token: `POST …/refresh-token`, or a GraphQL mutation of that
 * name. For the latter a copy of the body is read, up to 64 KiB.
 */
export async function isRefresh(
  request: Request,
  { graphQLPath }: { graphQLPath: string },
): Promise<boolean> {
  if (request.method !== 'POST') return false
  const pathname = new URL(request.url).pathname.replace(/\/$/, '')
  if (pathname.endsWith('/refresh-token')) return true
  return pathname.endsWith(graphQLPath) && /\brefreshToken\w/.test(await queryOf(request))
}

async function queryOf(request: Request): Promise<string> {
  try {
    const text = await readText(request.clone().body, { maxBytes: MAX_BODY_BYTES })
    const { query } = JSON.parse(text ?? '{}')
    return typeof query === 'string' ? query : ''
  } catch {
    return ''
  }
}
