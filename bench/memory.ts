import path from 'node:path'
import { builtPackage } from './support/builtPackage.js'
import { temporaryFolder } from './support/children.js'
import { bytesHeld } from './support/collectGarbage.js'
import { type Answer, atMost, type Figure, figure } from './support/figures.js'
import { localDenylist, teach, tokenEnded, userEnded } from './support/localDenylist.js'
import { openLedger } from './support/openLedger.js'
import { forEachRandomId, randomIds } from './support/randomIds.js'
import { startRedis } from './support/startRedis.js'

const IN_PROCESS = 1_000_000
/** Just above the size at which the table doubles, where it needs the most memory per entry. */
const WORST = 870_000
const USERS = 100_000
const IN_REDIS = 50_000
const IN_LEDGER = 100_000

/** How many bytes does a revocation take? */
export async function memory(): Promise<Answer> {
  const inProcess = await ofProcess()
  const figures = [...inProcess, ...(await ofRedis()), ...(await ofLedger())]
  const goals = inProcess.filter(({ name }) => name.includes('ours, tokens'))
  return {
    question: 'How many bytes does a revocation take?',
    how: `In process: what the heap and buffers grew by after a full collection, ${IN_PROCESS.toLocaleString('en')} at a time unless it says otherwise, the ids' own text included where it is kept. In Redis: ${IN_REDIS.toLocaleString('en')} tokens sent by the feed, all with a TTL. In the ledger: an SQLite file with its indexes, ${IN_LEDGER.toLocaleString('en')} rows.`,
    figures,
    goals: goals.map((each) => atMost(each, 32)),
  }
}

const bytes = (name: string, value: number) => figure(name, 'bytes', [value])

async function ofProcess(): Promise<Figure[]> {
  const now = Date.now()
  const grownBy = async <Kept>(count: number, make: () => Promise<Kept> | Kept) => {
    const before = bytesHeld()
    const kept = await make()
    const each = (bytesHeld() - before) / count
    // It is used after the measurement, so that it is not collected earlier.
    if (kept === undefined) throw new Error('nothing was kept')
    return each
  }
  const ofTokens = (count: number) =>
    grownBy(count, async () => {
      const made = await localDenylist()
      teach(made, count)
      return made
    })
  // What a process creates only once must not count for any of them.
  await ofTokens(10_000)
  return [
    bytes('in process: ours, tokens or sessions', await ofTokens(IN_PROCESS)),
    bytes(
      `in process: ours, tokens or sessions, ${WORST.toLocaleString('en')} (the worst fill)`,
      await ofTokens(WORST),
    ),
    bytes(
      `in process: ours, cut-offs of ${USERS.toLocaleString('en')} users`,
      await grownBy(USERS, async () => {
        const made = await localDenylist()
        for (let id = 0; id < USERS; id += 1) made.learn([userEnded(id, now)])
        return made
      }),
    ),
    bytes(
      'in process: Map of id and expiry',
      await grownBy(IN_PROCESS, () => {
        const map = new Map<string, number>()
        forEachRandomId(IN_PROCESS, (id) => map.set(id, now))
        return map
      }),
    ),
    bytes(
      'in process: Set of ids (no expiry)',
      await grownBy(IN_PROCESS, () => {
        const set = new Set<string>()
        forEachRandomId(IN_PROCESS, (id) => set.add(id))
        return set
      }),
    ),
  ]
}

async function ofRedis(): Promise<Figure[]> {
  const { redisFeed } = await builtPackage('redis/redisFeed')
  const redis = await startRedis()
  const feed = redisFeed({ client: redis.client })
  try {
    const usedMemory = async () =>
      Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])
    const usage = async (key: string) => Number(await redis.client.memory('USAGE', key))
    const before = await usedMemory()
    const ids = randomIds(IN_REDIS)
    for (let sent = 0; sent < IN_REDIS; sent += 500) {
      await feed.publish(ids.slice(sent, sent + 500).map((id) => tokenEnded(id)))
    }
    const grown = (await usedMemory()) - before
    const stream = Number(await redis.client.memory('USAGE', 'revocation:log', 'SAMPLES', 0))
    const ofToken = await usage(`revocation:jti:${ids[0]}`)
    await feed.publish([userEnded(1, Date.now())])
    return [
      bytes('in Redis: key of a token', ofToken),
      bytes("in Redis: key of a user's cut-off", await usage('revocation:user:users:1')),
      bytes('in Redis: entry of the stream', stream / IN_REDIS),
      bytes('in Redis: key and entry, by used_memory', grown / IN_REDIS),
    ]
  } finally {
    await feed.close()
    await redis.stop()
  }
}

async function ofLedger(): Promise<Figure[]> {
  const store = await openLedger(path.join(temporaryFolder(), 'app.db'), { isNew: true })
  try {
    await store.ledger.append([tokenEnded(randomIds(1)[0] ?? '')])
    const before = await store.bytes()
    await store.fill(IN_LEDGER)
    return [bytes('in the ledger: row', ((await store.bytes()) - before) / IN_LEDGER)]
  } finally {
    await store.close()
  }
}
