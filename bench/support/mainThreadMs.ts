import { readFileSync } from 'node:fs'

/**
 * How long this process' main thread has been on a processor, in milliseconds: Linux' own account,
 * which other processes do not change.
 */
export const mainThreadMs = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6
