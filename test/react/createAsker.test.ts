import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createAsker } from '../../src/react/createAsker.js'
import type { OwnAnswer } from '../../src/react/ownAnswer.js'
import { until } from '../support/until.js'

/** What the live endpoint answers to a token that was rotated, or to one that is good. */
const ROTATED = { errors: [{ name: 'TokenRevoked', data: { reason: 'rotated' } }] }
const SIGNED_IN = { user: 'user:users:1' }

let server: Server
let url: string
let isRotated = true
beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(isRotated ? 401 : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(isRotated ? ROTATED : SIGNED_IN))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
afterEach(() => void vi.useRealTimers())

const askTimes = async (count: number, before: (nth: number) => void = () => {}) => {
  const answers: OwnAnswer[] = []
  const asker = createAsker({ url, onAnswer: (answer) => void answers.push(answer) })
  for (let nth = 1; nth <= count; nth += 1) {
    before(nth)
    await until('it is answered', () => {
      if (answers.length >= nth) return true
      // It asks nothing while the last question is under way.
      asker.ask()
      return false
    })
  }
  asker.close()
  return answers.map(({ type }) => type)
}

it('takes a token that stays rotated for the end of the session', async () => {
  isRotated = true
  expect(await askTimes(4)).toEqual(['replaced', 'replaced', 'replaced', 'signed-out'])
})

it('begins to count again once a good token was shown', async () => {
  const types = await askTimes(6, (nth) => {
    isRotated = nth !== 3
  })
  expect(types).toEqual(['replaced', 'replaced', 'signed-in', 'replaced', 'replaced', 'replaced'])
})

it('counts no answers together that lie minutes apart', async () => {
  isRotated = true
  vi.useFakeTimers({ toFake: ['Date'] })
  const types = await askTimes(5, () => void vi.setSystemTime(Date.now() + 60_000))
  expect(new Set(types)).toEqual(new Set(['replaced']))
})
