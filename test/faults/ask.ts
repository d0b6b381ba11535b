import { Agent, request } from 'node:http'

/** How a process treated a token. */
export type Reaction =
  /** It accepted the token. */
  | 'accepted'
  /** It refused the token. */
  | 'refused'
  /** 503: it could not tell. */
  | 'declined'
  /** No answer, or an answer that says nothing about the token. */
  | 'nothing'

export interface Answer {
  readonly status: number
  readonly body: string
  /** By `performance.now()` of the run, the only clock that the checker trusts. */
  readonly sentAt: number
  readonly answeredAt: number
}

export interface Question {
  path: string
  method?: string
  token?: string | undefined
  body?: object
  timeoutMs?: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** Never rejects. A killed process counts as an answer too, with status 0. */
export function ask(origin: string | undefined, question: Question): Promise<Answer> {
  const { path, method = 'GET', token, body, timeoutMs = 6_000 } = question
  const sentAt = performance.now()
  return new Promise((resolve) => {
    const answer = (status: number, text: string) =>
      resolve({ status, body: text, sentAt, answeredAt: performance.now() })
    if (!origin) return answer(0, '')
    const sent = request(origin + path, {
      agent,
      method,
      headers: {
        ...(token && { Authorization: `JWT ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    })
    sent.once('error', () => answer(0, ''))
    sent.once('response', (response) => {
      const chunks: string[] = []
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => chunks.push(chunk))
      response.once('error', () => answer(0, ''))
      response.once('close', () => answer(0, ''))
      response.once('end', () => answer(response.statusCode ?? 0, chunks.join('')))
    })
    sent.end(body && JSON.stringify(body))
  })
}

/** What the answer to `/me`, or to any request at the guard, says about the token. */
export function reactionOf({ status, body }: Answer): Reaction {
  if (status === 503) return 'declined'
  if (status === 401 || status === 403) return 'refused'
  if (status !== 200) return 'nothing'
  return body.startsWith('{"user":null') ? 'refused' : 'accepted'
}
