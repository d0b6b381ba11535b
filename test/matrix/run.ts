/**
 * Runs cells of the matrix: `npm run test:matrix` those that do not take long, `-- --all` all of
 * them, `-- bun-1.4 next-15.2` the named ones. It fails if one of their tests does. With `--write`
 * it also records the results in `results.json`, from which `npm run docs` makes
 * `docs/compatibility.md`.
 */
import { parseArgs } from 'node:util'
import { startVitest, type TestModule } from 'vitest/node'
import { CELLS, type Cell } from './cells.js'
import { type Result, readResults, writeResults } from './results.js'

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean' }, write: { type: 'boolean' } },
  allowPositionals: true,
})

const cells = chosen()
const vitest = await startVitest('test', [], {
  config: 'test/matrix/vitest.config.ts',
  project: cells.map(({ name }) => name),
  run: true,
})
const modules = vitest.state.getTestModules()
const results = Object.fromEntries(
  cells.map(({ name }) => [name, resultOf(modules.filter(({ project }) => project.name === name))]),
)
await vitest.close()
for (const [name, { outcome, tests, seconds, versions }] of Object.entries(results)) {
  const seen = Object.entries(versions).map((each) => each.join(' '))
  console.log(`${outcome}  ${name}: ${seen.join(', ')} (${tests} tests, ${seconds} s)`)
}
if (values.write) {
  const records = Object.entries(results).map(([name, { seconds: _, ...result }]) => [name, result])
  const all = { ...readResults(), ...Object.fromEntries(records) }
  writeResults(
    Object.fromEntries(CELLS.flatMap(({ name }) => (all[name] ? [[name, all[name]]] : []))),
  )
}
process.exit(Object.values(results).every(({ outcome }) => outcome === 'passed') ? 0 : 1)

function chosen(): readonly Cell[] {
  const unknown = positionals.find((name) => !CELLS.some((cell) => cell.name === name))
  if (unknown) {
    throw new Error(`${unknown}: the cells are ${CELLS.map(({ name }) => name).join(', ')}`)
  }
  if (positionals.length > 0) return CELLS.filter(({ name }) => positionals.includes(name))
  return CELLS.filter(({ isLong }) => values.all || !isLong)
}

function resultOf(ran: readonly TestModule[]): Result & { seconds: number } {
  const tests = ran.flatMap((module) => [...module.children.allTests()])
  const isPassed = ran.length > 0 && ran.every((module) => module.state() === 'passed')
  const isComplete = tests.every((test) => test.result().state === 'passed')
  const seconds = ran.reduce((sum, module) => sum + module.diagnostic().duration, 0) / 1_000
  return {
    outcome: isPassed && isComplete ? 'passed' : 'failed',
    date: new Date().toISOString().slice(0, 10),
    tests: tests.length,
    versions: Object.assign({}, ...tests.map((test) => test.meta().versions)),
    seconds: Math.round(seconds),
  }
}
