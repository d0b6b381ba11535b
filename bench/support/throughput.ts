import { type Figure, figure, Rounds, rotated } from './figures.js'
import { load } from './load.js'

/** One request that is sent repeatedly. */
export interface Case {
  title: string
  url: string
  headers: Record<string, string>
  form?: Record<string, string>
  expected: '2xx' | '4xx'
  /** With it, the server's processor time for each request is measured, too. */
  cpuMs?: () => number
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
  /** Milliseconds of processor time for each request, one value per round. */
  cpu(title: string): number[]
  /** The rates of all, then their p99, then the processor time of those where it is measured. */
  readonly figures: Figure[]
}

const cpuOf = (title: string) => `${title}, processor time for a request`

/** Runs all cases in turns. Each is warmed up first. */
export async function throughput(cases: readonly Case[], course: Course): Promise<Throughput> {
  const { connections, seconds } = course
  const rounds = new Rounds<string>()
  for (const { title: _, cpuMs: __, ...request } of cases)
    await load({ ...request, connections, seconds: 2 })
  for (let round = 0; round < course.rounds; round += 1) {
    for (const { title, cpuMs, ...request } of rotated(cases, round)) {
      const before = cpuMs?.() ?? 0
      const { perSecond, p99Ms, requests } = await load({ ...request, connections, seconds })
      if (cpuMs) rounds.add(cpuOf(title), (cpuMs() - before) / requests)
      rounds.add(title, perSecond)
      rounds.add(`${title}, p99`, p99Ms)
    }
  }
  return {
    rate: (title) => rounds.of(title),
    cpu: (title) => rounds.of(cpuOf(title)),
    figures: [
      ...cases.map(({ title }) => figure(title, 'requests/s', rounds.of(title))),
      ...cases.map(({ title }) => figure(`${title}, p99`, 'ms', rounds.of(`${title}, p99`))),
      ...cases
        .filter(({ cpuMs }) => cpuMs)
        .map(({ title }) => figure(cpuOf(title), 'ms', rounds.of(cpuOf(title)))),
    ],
  }
}
