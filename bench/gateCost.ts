import path from 'node:path'
import type { Redis } from 'ioredis'
import { temporaryFolder } from './support/children.js'
import { type Answer, type Figure, figure, Rounds, ratio, rotated } from './support/figures.js'
import { type GateUnderTest, gateUnderTest } from './support/gateUnderTest.js'
import { openPayload } from './support/openPayload.js'
import { createPlacer, type Placer } from './support/placement.js'
import { sampleRevocations } from './support/sampleRevocations.js'
import { startRedis } from './support/startRedis.js'
import { type Timing, timeClock, timeEach, timeEachInTurn } from './support/timeEach.js'

const SIZES = [0, 1_000, 100_000]
const ROUNDS = 7
const TOKENS = 1_000
const CALLS = 10_000
const REDIS_CALLS = 2_000

/** What does the gate add to a request with a good token, compared with one `EXISTS` to Redis? */
export async function gateCost(): Promise<Answer> {
  const payload = await openPayload('plugin', path.join(temporaryFolder(), 'app.db'))
  const redis = await startRedis()
  const placer = createPlacer(redis.pid)
  try {
    const gate = await gateUnderTest(payload, TOKENS)
    const clock = Array.from({ length: ROUNDS }, () => timeClock(CALLS).p50)
    const figures = [figure('reading the clock (part of every figure below), p50', 'µs', clock)]
    for (const size of SIZES) {
      await fill(size, gate, redis.client)
      figures.push(...(await measure({ size, gate, redis: redis.client, placer })))
    }
    return {
      question: 'What does the gate add to a request with a good token?',
      how: `Each call timed by itself, one after another, ${TOKENS} tokens in turn; ${CALLS} calls a round (EXISTS: ${REDIS_CALLS}, ioredis, loopback), ${ROUNDS} interleaved rounds. Where Redis runs: ${placer.placements.join(', ')}.`,
      figures,
    }
  } finally {
    placer.release()
    await redis.stop()
    await payload.destroy()
  }
}

const TITLES = {
  verdictByHeader: 'verdict, Authorization header',
  verdictByCookie: 'verdict, cookie',
  gate: 'gate strategy',
  wholeRequest: 'whole request (gate and second look)',
} as const

interface Measurement {
  size: number
  gate: GateUnderTest
  redis: Redis
  placer: Placer
}

async function measure({ size, gate, redis, placer }: Measurement): Promise<Figure[]> {
  const exists = (index: number) => redis.exists(keyOf(`jti:${gate.ids[index % TOKENS]}`))
  const works = new Map<string, () => Timing | Promise<Timing>>([
    [TITLES.verdictByHeader, () => timeEach(CALLS, gate.verdictByHeader)],
    [TITLES.verdictByCookie, () => timeEach(CALLS, gate.verdictByCookie)],
    [TITLES.gate, () => timeEachInTurn(CALLS, gate.gate)],
    [TITLES.wholeRequest, () => timeEachInTurn(CALLS, gate.wholeRequest)],
  ])
  for (const placement of placer.placements) {
    works.set(`EXISTS, Redis ${placement}`, () => {
      placer.place(placement)
      return timeEachInTurn(REDIS_CALLS, exists)
    })
  }
  const rounds = new Rounds<string>()
  for (const work of works.values()) await work()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [title, work] of rotated([...works], round)) {
      const { p50, p99 } = await work()
      rounds.add(`${title}, p50`, p50)
      rounds.add(`${title}, p99`, p99)
    }
  }
  const label = (name: string) => `${size.toLocaleString('en')} revoked: ${name}`
  const p50 = (title: string) => rounds.of(`${title}, p50`)
  return [
    ...[...works.keys()]
      .flatMap((title) => [`${title}, p50`, `${title}, p99`])
      .map((name) => figure(label(name), 'µs', rounds.of(name))),
    ...placer.placements.flatMap((placement) =>
      [TITLES.gate, TITLES.wholeRequest].map((title) => {
        const peer = `EXISTS, Redis ${placement}`
        return ratio(label(`${peer} / ${title}, p50`), p50(peer), p50(title))
      }),
    ),
  ]
}

/** Fills both lists up to `size`. */
async function fill(size: number, { denylist }: GateUnderTest, redis: Redis) {
  const known = Object.values(denylist.state.size).reduce((sum, count) => sum + count, 0)
  const revocations = await sampleRevocations(Math.max(0, size - known))
  denylist.learn(revocations)
  const pipeline = redis.pipeline()
  for (const { subject } of revocations) pipeline.set(keyOf(subject), 1, 'EX', 7_200)
  await pipeline.exec()
}

const keyOf = (subject: string) => `revocation:${subject}`
