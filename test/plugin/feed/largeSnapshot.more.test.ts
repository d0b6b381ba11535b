import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDenylist } from '../../../src/core/denylist.js'
import { readToken } from '../../../src/core/token.js'
import { httpFeed } from '../../../src/http/index.js'
import type { FeedAnswer } from '../../../src/wire/feed.js'
import { eventually } from '../../support/eventually.js'
import { login } from '../../support/login.js'
import { sampleRevocation } from '../../support/samples.js'
import { createServedApp, READER } from '../../support/servedApp.js'

const SIZE = 20_500
const LARGEST_PAGE = 11_000

let app: Awaited<ReturnType<typeof createServedApp>>
const many = Array.from({ length: SIZE }, (_, i) => sampleRevocation(`jti:page-${i}`))
beforeAll(async () => {
  app = await createServedApp()
  for (let i = 0; i < SIZE; i += 500) await app.runtime.ledger.append(many.slice(i, i + 500))
})
afterAll(() => app.close())

const Authorization = `Basic ${Buffer.from(`${READER.id}:${READER.secret}`).toString('base64')}`

async function page(cursor?: string): Promise<FeedAnswer> {
  const answer = await fetch(app.url + (cursor ? `?after=${cursor}` : ''), {
    headers: { Authorization },
  })
  return (await answer.json()) as FeedAnswer
}

it('a large snapshot comes in pages, and is called complete at its end only', async () => {
  const pages = [await page()]
  for (let last = pages[0]; last?.more; last = pages.at(-1)) pages.push(await page(last.cursor))
  expect(pages.length).toBeGreaterThanOrEqual(3)
  expect(Math.max(...pages.map(({ revocations }) => revocations.length))).toBeLessThan(LARGEST_PAGE)
  const told = new Set(pages.flatMap(({ revocations }) => revocations.map(({ id }) => id)))
  expect(many.filter(({ id }) => !told.has(id))).toEqual([])
  expect(pages[0]?.asOf).toBeNull()
  expect(pages.at(-1)?.asOf).not.toBeNull()
})

it('what is recorded between two pages is not missed', async () => {
  const first = await page()
  // Sorted by expiry, this page is over already.
  const short = sampleRevocation('jti:between', { expiresAt: Date.now() + 60_000 })
  await app.runtime.ledger.append([short])
  const told = new Set<string>()
  for (let last = first; last.more; ) {
    last = await page(last.cursor)
    for (const { subject } of last.revocations) told.add(subject)
  }
  expect(told).toContain('jti:between')
})

it('a reader judges no token before it has all pages, and then refuses them all', async () => {
  const feed = httpFeed({ url: app.url, ...READER, wait: 1 })
  const denylist = createDenylist({ feed, maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 60_000 })
  const token = readToken((await login(app)).token)
  if (!token) throw new Error('no token')
  await eventually(async () =>
    expect(await denylist.judge(token)).toMatchObject({ status: 'valid' }),
  )
  expect(denylist.state.size.token).toBeGreaterThanOrEqual(SIZE)
  await denylist.close()
})
