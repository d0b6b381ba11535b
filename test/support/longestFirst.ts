import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take a quarter of a minute or more. If they started last, they would run alone at the
 * end.
 */
const LONGEST = [
  '/test/faults/',
  '/test/install/',
  '/test/app/redisOutage.',
  '/test/app/processes.',
  '/test/app/',
  '/test/plugin/triggers/intentFirst/killedProcess.',
  '/test/plugin/storage/lateRows.',
  '/test/plugin/triggers/intentFirst/failedWrites.',
  '/test/redis/topologies.',
  '/test/plugin/command/command.',
  '/test/redis/heartbeat.',
  '/test/redis/resting.',
  '/test/redis/reading.',
  '/test/redis/timeLimits.',
  '/test/plugin/triggers/savedAccount.',
  '/test/ecosystem/oauth2.',
  '/test/plugin/gate/wrongClock.',
]

/** In a fresh clone vitest sorts by file size, which says little about the duration. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => placeOf(one) - placeOf(other))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.includes(name))
  return place < 0 ? LONGEST.length : place
}
