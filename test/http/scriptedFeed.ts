import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach } from 'vitest'
import { httpFeed } from '../../src/http/index.js'
import { resetTime } from '../support/passTime.js'
import { recordingFollower, sampleRevocation } from '../support/samples.js'
import { READER } from '../support/servedApp.js'

/** What a scripted server does with a request. */
export type Act = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server that is no app of ours and answers as a test wants. */
export async function startScripted() {
  const requests: IncomingMessage[] = []
  let act: Act = (_, response) => response.end()
  const server = createServer((request, response) => {
    requests.push(request)
    act(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/revocation/feed`
  return {
    url,
    requests,
    answer(next: Act) {
      act = next
    },
    follow(options: Partial<Parameters<typeof httpFeed>[0]> = {}) {
      const feed = httpFeed({ url, ...READER, background: false, ...options })
      const follower = recordingFollower()
      feed.follow(follower)
      return { feed, follower }
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

type Scripted = Awaited<ReturnType<typeof startScripted>>

/** A new one for each test of a file, which begins and ends at the real time. */
export function scriptedInEachTest(): Omit<Scripted, 'stop'> {
  let current: Scripted
  beforeEach(async () => {
    current = await startScripted()
  })
  afterEach(async () => {
    resetTime()
    await current.stop()
  })
  return {
    get url() {
      return current.url
    },
    get requests() {
      return current.requests
    },
    answer: (next) => current.answer(next),
    follow: (options) => current.follow(options),
  }
}

/** Where a request wants to go on. */
export const afterOf = ({ url = '' }: { url?: string | undefined }) =>
  new URL(url, 'http://localhost').searchParams.get('after')

/** A revocation as the feed sends it. */
export const sent = (subject: `jti:${string}`) => {
  const { scope, ...rest } = sampleRevocation(subject)
  return rest
}

/** A good answer, but for what a test changes. */
export const goodAnswer = (changes: object = {}) => ({
  ...{ version: 1, epoch: 'epoch', cursor: 'n.epoch.1.process.1', more: false },
  ...{ asOf: Date.now(), now: Date.now(), held: 0, revocations: [] },
  ...changes,
})

export const sendJson =
  (body: unknown, { status = 200, headers = {} } = {}): Act =>
  (_, response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
