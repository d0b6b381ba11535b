import { type Figure, figure, Rounds, rotated } from './figures.js'
import { load } from './load.js'

/** One request that is sent repeatedly. */
export interface Case {
  title: string
  url: string
  headers: Record<string, string>
  form?: Record<string, string>
  expected: '2xx' | '4xx'
}

interface Course {
  connections: number
  rounds: number
  /** The time for each case in each round. */
  seconds: number
}

export interface Throughput {
  /** Requests per second, one value per round. */
  rate(title: string): number[]
  /** The rates of all, then their p99. */
  readonly figures: Figure[]
}

/** Runs all cases in turns. Each is warmed up first. */
export async function throughput(cases: readonly Case[], course: Course): Promise<Throughput> {
  const { connections, seconds } = course
  const rounds = new Rounds<string>()
  for (const { title: _, ...request } of cases) await load({ ...request, connections, seconds: 2 })
  for (let round = 0; round < course.rounds; round += 1) {
    for (const { title, ...request } of rotated(cases, round)) {
      const { perSecond, p99Ms } = await load({ ...request, connections, seconds })
      rounds.add(title, perSecond)
      rounds.add(`${title}, p99`, p99Ms)
    }
  }
  return {
    rate: (title) => rounds.of(title),
    figures: [
      ...cases.map(({ title }) => figure(title, 'requests/s', rounds.of(title))),
      ...cases.map(({ title }) => figure(`${title}, p99`, 'ms', rounds.of(`${title}, p99`))),
    ],
  }
}
