import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those that take minutes, and mostly wait: begun last, they would be waited for alone. */
const LONGEST = ['/test/install/', '/test/faults/', '/test/app/']

/** In a fresh clone vitest goes by the size of a file, which says little of its time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => placeOf(one) - placeOf(other))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((folder) => moduleId.includes(folder))
  return place < 0 ? LONGEST.length : place
}
