import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Logger } from '../../../src/core/ports.js'
import { readLogoutToken } from '../../../src/plugin/identityProviders/logoutToken.js'
import { createProviderKeys } from '../../../src/plugin/identityProviders/providerKeys.js'
import { startIdentityProvider, type TestProvider } from '../../support/identityProvider.js'

const logger: Logger = { error() {}, warn() {}, info() {} }

let provider: TestProvider
beforeAll(async () => {
  provider = await startIdentityProvider()
})
afterAll(() => provider.stop())

const WAYS: Record<string, (response: ServerResponse) => void> = {
  'answers 500': (response) => response.writeHead(500).end(),
  redirects: (response) => response.writeHead(302, { Location: '/elsewhere' }).end(),
  'sends no keys': (response) => response.end('<html>'),
  'sends no list of keys': (response) => response.end('{"keys":{}}'),
  'hangs up': (response) => response.destroy(),
  'does not answer': () => {},
  'stops in the middle of its answer': (response) => response.write('{"keys":'),
}

for (const [way, answerLike] of Object.entries(WAYS))
  it(`gives no keys while the provider ${way}, and gives them afterwards`, async () => {
    const keys = createProviderKeys(provider.options(), { logger }, { waitMs: 500, restMs: 0 })
    const token = await provider.sign({ sub: 'ada' })
    const read = () => readLogoutToken(token, provider.options(), keys)
    provider.asked.length = 0
    provider.answer(answerLike)
    await expect(read()).rejects.toMatchObject({ status: 503, code: 'temporarily_unavailable' })
    expect(provider.asked).toEqual(['/jwks'])
    provider.answer()
    await expect.poll(read).toMatchObject({ subject: 'ada' })
    for (const path of provider.asked) expect(path).toBe('/jwks')
  })

it('asks a provider that is down once for many tokens, and fetches good keys once', async () => {
  const keys = createProviderKeys(provider.options(), { logger })
  const tokens = await Promise.all([1, 2, 3, 4].map(() => provider.sign({ sub: 'ada' })))
  const readAll = () =>
    Promise.allSettled(tokens.map((token) => readLogoutToken(token, provider.options(), keys)))
  provider.asked.length = 0
  provider.answer((response) => response.writeHead(500).end())
  await readAll()
  await expect(readLogoutToken(String(tokens[0]), provider.options(), keys)).rejects.toMatchObject({
    status: 503,
  })
  expect(provider.asked).toHaveLength(1)
  provider.answer()
  await expect
    .poll(async () => (await readAll()).every(({ status }) => status === 'fulfilled'))
    .toBe(true)
  expect(provider.asked).toHaveLength(2)
})
