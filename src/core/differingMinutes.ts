import type { MinuteRun } from './knownRows.js'
import { digestOf, type Periods, type RowDigest } from './rowDigest.js'

/** The places of the periods in which not as many rows were found as we know. */
export function differingPeriods(
  found: RowDigest,
  ours: ReadonlyMap<number, number>,
  periods: Periods,
): MinuteRun[] {
  const expected = digestOf(ours, periods)
  const runs: [number, number][] = []
  for (const [place, rows] of found.entries()) {
    if (rows === expected[place]) continue
    const run = runs.at(-1)
    if (run && run[1] === place - 1) run[1] = place
    else runs.push([place, place])
  }
  return runs
}

/** The minutes that differ, of the periods that differ. `count` asks for a digest of other periods. */
export async function differingMinutes(
  runs: readonly MinuteRun[],
  periods: Periods,
  {
    ours,
    count,
  }: {
    ours: ReadonlyMap<number, number>
    count: (periods: Periods) => Promise<RowDigest | undefined>
  },
): Promise<MinuteRun[]> {
  const openFrom = periods.firstMinute + (periods.count - 1) * periods.minutes
  const minutes: MinuteRun[] = []
  for (const [from, to] of runs) {
    const firstMinute = periods.firstMinute + from * periods.minutes
    const end = Math.min(periods.firstMinute + (to + 1) * periods.minutes, openFrom)
    const inside = { firstMinute, minutes: 1, count: end - firstMinute, isOpen: false }
    const found = inside.count > 0 ? await count(inside) : undefined
    for (const [first, last] of found ? differingPeriods(found, ours, inside) : [])
      minutes.push([firstMinute + first, firstMinute + last])
    if (to < periods.count - 1) continue
    // Few rows expire so late that nobody knew any, so all of them are read.
    const open = { firstMinute: openFrom, minutes: 1, count: 1, isOpen: true }
    const latest = await count(open)
    if (latest && differingPeriods(latest, ours, open).length > 0)
      minutes.push([openFrom, Number.POSITIVE_INFINITY])
  }
  return minutes
}
