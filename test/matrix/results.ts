import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a run of a cell showed. */
export interface Result {
  outcome: 'passed' | 'failed'
  /** The day of the run. */
  date: string
  /** How many tests ran. */
  tests: number
  /** The versions as the tests saw them, by the name of the platform or package. */
  versions: Record<string, string>
}

export type Results = Record<string, Result>

const FILE = fileURLToPath(new URL('results.json', import.meta.url))

/** The recorded results, by the name of the cell. */
export const readResults = (): Results => JSON.parse(readFileSync(FILE, 'utf8')) as Results

export const writeResults = (results: Results): void =>
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
