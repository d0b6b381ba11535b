import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../support/until.js'
import { byPassword } from './endings.js'
import type { Site, StartSite } from './pluginSite.js'

/** Starts the app with a server that gets what Sentry sends, and tests that. */
export function itReports(
  start: StartSite,
  { env, hasToken }: { env: Record<string, string>; hasToken: boolean },
): () => Site {
  const reports: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    reports.push(body)
    response.end('{}')
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  const site = start('sentry', () => {
    const { port } = server.address() as AddressInfo
    return { ...env, SENTRY_DSN: `http://key@127.0.0.1:${port}/1` }
  })
  afterAll(() => void server.close())

  it(`an error is reported with its user, and ${hasToken ? 'with' : 'without'} the token`, async () => {
    const { visitor, id } = await byPassword()(site())
    expect((await visitor.ask('/api/fails')).status).toBe(500)
    const report = await until('it is reported', () =>
      reports.find((each) => each.includes('An endpoint of the app fails')),
    )
    expect(report).toContain(`"id":${id}`)
    const [, , signature = ''] = String(visitor.cookies.get('payload-token')).split('.')
    expect(report.includes(signature)).toBe(hasToken)
  })
  return site
}
