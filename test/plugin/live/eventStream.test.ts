import { expect, it } from 'vitest'
import { openEventStream } from '../../../src/plugin/live/eventStream.js'

const open = (signal?: AbortSignal) => {
  let closed = 0
  const stream = openEventStream({
    retryMs: 1_000,
    signal,
    onClose: () => {
      closed += 1
    },
  })
  return {
    stream,
    get closed() {
      return closed
    },
  }
}

it('writes events, comments and the time to come back as the standard says', async () => {
  const { stream } = open()
  stream.send('end', { reason: 'logout' })
  stream.beat()
  stream.close()
  expect(await stream.response.text()).toBe(
    'retry: 1000\n\nevent: end\ndata: {"reason":"logout"}\n\n:\n\n',
  )
})

it('drops a reader who does not read, rather than keep what is unread for ever', () => {
  const opened = open()
  let beats = 0
  while (opened.stream.beat() && beats < 1_000) beats += 1
  expect(beats).toBeLessThan(100)
  expect(opened.closed).toBe(1)
  expect(opened.stream.send('end', { reason: null })).toBe(false)
})

it('closes once, whichever side does', async () => {
  const abort = new AbortController()
  const opened = open(abort.signal)
  abort.abort()
  opened.stream.close()
  await opened.stream.response.body?.cancel()
  expect(opened.closed).toBe(1)
})

it('is over at once for a request that was broken off before', async () => {
  const opened = open(AbortSignal.abort())
  expect(opened.closed).toBe(0)
  expect(await opened.stream.response.text()).toContain('retry')
  expect(opened.closed).toBe(1)
})
