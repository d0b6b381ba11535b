/** One combination of versions, and the tests that run on it. They get it by `inject('cell')`. */
export interface Cell {
  readonly name: string
  readonly platform: 'Node.js' | 'Bun' | 'Next.js' | 'Redis' | 'Valkey'
  /** Exact versions, installed from the registry for it. The packages `@payloadcms/*` follow Payload. */
  readonly packages: Readonly<Record<string, string>>
  /** Files and folders of tests. */
  readonly tests: readonly string[]
  /** It takes too long for `npm run test:more`: `npm run test:matrix -- --all` runs it. */
  readonly isLong?: boolean
}

const RUNTIME = ['test/matrix/runtime.test.ts']
const NEXT = ['test/matrix/next.test.ts']
const REDIS = ['test/matrix/redisServer.test.ts', 'test/redis', 'test/contract/feeds.test.ts']

const LOWEST = { payload: '3.90.1', next: '15.2.9', react: '19.0.1', ioredis: '5.4.0' }
const NEWEST = { payload: '3.90.2', next: '16.4.6', react: '19.3.1', ioredis: '6.0.0' }

/** What `npm test` does not run itself. */
export const CELLS: readonly Cell[] = [
  {
    name: 'node-20.9',
    platform: 'Node.js',
    packages: { node: '20.9.0', ...LOWEST },
    tests: RUNTIME,
  },
  {
    name: 'node-22',
    platform: 'Node.js',
    packages: { node: '22.23.3', ...NEWEST },
    tests: RUNTIME,
  },
  {
    name: 'node-24',
    platform: 'Node.js',
    packages: { node: '24.21.0', ...NEWEST },
    tests: RUNTIME,
  },
  {
    name: 'node-26',
    platform: 'Node.js',
    packages: { node: '26.10.0', ...NEWEST },
    tests: RUNTIME,
  },
  { name: 'bun-1.4', platform: 'Bun', packages: { bun: '1.4.5', ...NEWEST }, tests: RUNTIME },
  {
    name: 'bun-1.4-next',
    platform: 'Bun',
    packages: { bun: '1.4.5', ...NEWEST },
    tests: NEXT,
    isLong: true,
  },

  { name: 'redis-ioredis-5.4', platform: 'Redis', packages: { ioredis: '5.4.0' }, tests: REDIS },
  { name: 'valkey-ioredis-6', platform: 'Valkey', packages: { ioredis: '6.0.0' }, tests: REDIS },
  {
    name: 'valkey-ioredis-5.4',
    platform: 'Valkey',
    packages: { ioredis: '5.4.0' },
    tests: REDIS,
    isLong: true,
  },

  { name: 'next-15.2', platform: 'Next.js', packages: { ...LOWEST }, tests: NEXT },
  {
    name: 'next-15.3',
    platform: 'Next.js',
    packages: { ...NEWEST, next: '15.3.9' },
    tests: NEXT,
    isLong: true,
  },
  { name: 'next-15.4', platform: 'Next.js', packages: { ...NEWEST, next: '15.4.11' }, tests: NEXT },
  {
    name: 'next-16.3',
    platform: 'Next.js',
    packages: { ...NEWEST, next: '16.3.3' },
    tests: NEXT,
    isLong: true,
  },
  {
    name: 'next-16.4',
    platform: 'Next.js',
    packages: { ...NEWEST, next: '16.4.6' },
    tests: NEXT,
    isLong: true,
  },
]
