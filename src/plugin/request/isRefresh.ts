const MAX_BODY_BYTES = 64 * 1024

/**
 * Whether a request asks for a new token: `POST …/refresh-token`, or a GraphQL mutation of that
 * name, for which a copy of the body is read, of 64 KiB at most.
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
    const { query } = JSON.parse(await textOf(request.clone()))
    return typeof query === 'string' ? query : ''
  } catch {
    return ''
  }
}

/** Nothing of a body that is too long. */
async function textOf({ body }: Request): Promise<string> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  while (reader) {
    const { value, done } = await reader.read()
    if (done) return text
    size += value.byteLength
    if (size > MAX_BODY_BYTES) {
      // It waits for the end of the original as well.
      reader.cancel().catch(() => {})
      return ''
    }
    text += decoder.decode(value, { stream: true })
  }
  return text
}
