import path from 'node:path'
import { temporaryFolder } from './support/children.js'
import {
  askersOfRedis,
  type Contestant,
  mapOfIds,
  memoryPeers,
  ours,
} from './support/contestants.js'
import {
  type Answer,
  atLeast,
  type Figure,
  figure,
  Rounds,
  ratio,
  rotated,
} from './support/figures.js'
import { openPayload } from './support/openPayload.js'
import { payloadSessionCheck } from './support/payloadSessionCheck.js'
import { createPlacer, type Placer } from './support/placement.js'
import { startRedis } from './support/startRedis.js'
import { type Timing, timeEachInTurn } from './support/timeEach.js'

const SIZES = [1_000, 100_000, 1_000_000, 10_000_000]
const LARGEST_FOR_ALL = 1_000_000
const ROUNDS = 4
const CALLS = 20_000
const REDIS_CALLS = 1_000
const PAYLOAD_CALLS = 300

/** What does it cost to ask whether a good token is revoked, among this many revocations? */
export async function checkCost(): Promise<Answer> {
  const ofPayload = await askPayload()
  const redis = await startRedis()
  const placer = createPlacer(redis.pid)
  try {
    const forAllSizes = [...(await ours()), mapOfIds()]
    const others = [...(await memoryPeers()), ...(await askersOfRedis(redis.client, redis.port))]
    const absent = PEERS.filter((name) => !others.some((other) => other.name.startsWith(name)))
    const figures = [ofPayload]
    let before = 0
    for (const size of SIZES) {
      const asked = size <= LARGEST_FOR_ALL ? [...forAllSizes, ...others] : forAllSizes
      for (const { add } of asked) await add(size - before)
      before = size
      figures.push(...(await measure({ size, asked, placer })))
    }
    return {
      question: 'What does it cost to ask whether a good token is revoked?',
      how: `Tokens that were made right before, ${ROUNDS} interleaved rounds of ${CALLS} calls in batches of 50 (Redis: ${REDIS_CALLS}, one after another, over the loopback; Redis runs ${placer.placements.join(', ')}: "anywhere" is where the system puts it, the others are pinned). Half of the revocations are of tokens, half of sessions, one in twenty of a user. All who ask Redis ask the same one, which holds as many keys. Payload's own check does not depend on the number: it reads the user. Past ${LARGEST_FOR_ALL.toLocaleString('en')} only ours and the Map are asked.${absent.length > 0 ? ` Not installed: ${absent.join(', ')}.` : ''}`,
      figures,
      goals: figures
        .filter(({ name }) => name.endsWith(` / ${READY}`))
        .map((each) => atLeast(each, 80)),
    }
  } finally {
    placer.release()
    await redis.stop()
  }
}

const READY = 'ours, token at hand'
/** The packages in `bench/peers` that this question needs. */
const PEERS = ['@payloadcms/kv-redis', 'express-jwt-blacklist']

async function askPayload(): Promise<Figure> {
  const payload = await openPayload('default', path.join(temporaryFolder(), 'app.db'))
  try {
    const check = await payloadSessionCheck(payload)
    const runs: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      runs.push((await timeEachInTurn(PAYLOAD_CALLS, check)).p50)
    }
    return figure("Payload's own session check (findByID of the user, SQLite), p50", 'µs', runs)
  } finally {
    await payload.destroy()
  }
}

interface Course {
  size: number
  asked: readonly Contestant[]
  placer: Placer
}

async function measure({ size, asked, placer }: Course): Promise<Figure[]> {
  const works = new Map<string, () => Promise<Timing> | Timing>()
  for (const { name, isInRedis, time } of asked) {
    if (!isInRedis) works.set(name, () => time(CALLS))
    for (const placement of isInRedis ? placer.placements : []) {
      works.set(`${name}, Redis ${placement}`, () => {
        placer.place(placement)
        return time(REDIS_CALLS)
      })
    }
  }
  const rounds = new Rounds<string>()
  for (const work of works.values()) await work()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, work] of rotated([...works], round)) {
      const { p50, p99 } = await work()
      rounds.add(`${name}, p50`, p50)
      rounds.add(`${name}, p99`, p99)
    }
  }
  const label = (name: string) => `${size.toLocaleString('en')} revoked: ${name}`
  const names = [...works.keys()].flatMap((name) => [`${name}, p50`, `${name}, p99`])
  return [
    ...names.map((name) => figure(label(name), 'µs', rounds.of(name))),
    ...[...works.keys()]
      .filter((name) => name.startsWith('EXISTS'))
      .map((name) =>
        ratio(label(`${name} / ${READY}`), rounds.of(`${name}, p50`), rounds.of(`${READY}, p50`)),
      ),
  ]
}
