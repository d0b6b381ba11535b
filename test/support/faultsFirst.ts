import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The run under faults takes four minutes: begun last, as its small file would be in a fresh clone,
 * it would keep one worker after the other has nothing left to do.
 */
export class FaultsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOfFaults = ({ moduleId }: TestSpecification) => moduleId.includes('/test/faults/')
    const sorted = await super.sort(files)
    return [...sorted.filter(isOfFaults), ...sorted.filter((file) => !isOfFaults(file))]
  }
}
