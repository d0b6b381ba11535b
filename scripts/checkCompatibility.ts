/**
 * Makes the tables of `docs/compatibility.md` from the recorded results of `npm run test:matrix` and
 * from `test/matrix/otherRows.ts`. It runs no cell. `--write` writes them. Otherwise it fails if the
 * page is out of date. It also fails if the last run of a cell failed, if a named test is not there, or if
 * `package.json` allows a lowest version that no cell runs.
 */
import { readFileSync } from 'node:fs'
import { CELLS } from '../test/matrix/cells.ts'
import { OTHER_ROWS } from '../test/matrix/otherRows.ts'
import { readResults } from '../test/matrix/results.ts'
import { compatibilityFaults, compatibilityTables } from './compatibility.ts'
import { keepGenerated } from './generatedPart.ts'

const PAGE = 'docs/compatibility.md'

const tried = { cells: CELLS, results: readResults(), rows: OTHER_ROWS }
const faults = compatibilityFaults(tried, JSON.parse(readFileSync('package.json', 'utf8')))
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exitCode = 1
}
keepGenerated(PAGE, { name: 'tables', text: compatibilityTables(tried) })
console.log(`${PAGE}: ${CELLS.length} cells and ${OTHER_ROWS.length} other rows`)
