import { expect, it } from 'vitest'
import { compatibilityFaults, compatibilityTables } from '../../scripts/compatibility.js'
import type { Cell } from '../matrix/cells.js'
import type { Row } from '../matrix/otherRows.js'
import type { Result } from '../matrix/results.js'

const CELL: Cell = {
  name: 'node-20.9',
  platform: 'Node.js',
  packages: { node: '20.9.0', payload: '3.90.1' },
  tests: ['test/matrix/runtime.test.ts'],
}
const RESULT: Result = {
  outcome: 'passed',
  date: '2026-11-26',
  tests: 4,
  versions: { 'Node.js': '20.9.0', Payload: '3.90.1' },
}
const TRIED: Row = { group: 'Databases', platform: 'SQLite', test: 'test/contract/ledgers' }

const tried = { cells: [CELL], results: { 'node-20.9': RESULT }, rows: [TRIED] }
const PEERS: Record<string, string> = { payload: '>=3.90.1 <4' }
const needs = { engines: { node: '>=20.9.0' }, peerDependencies: PEERS }

const faultsOf = (changes: Partial<typeof tried>, required = needs) =>
  compatibilityFaults({ ...tried, ...changes }, required)

it('finds nothing where every claim was run', () => {
  expect(faultsOf({})).toEqual([])
})

it('finds a cell that failed, or that was run at another version', () => {
  expect(faultsOf({ results: { 'node-20.9': { ...RESULT, outcome: 'failed' } } })[0]).toContain(
    'The last run of node-20.9 failed',
  )
  const cells = [{ ...CELL, packages: { ...CELL.packages, payload: '3.90.2' } }]
  expect(faultsOf({ cells })).toEqual([expect.stringContaining('other versions')])
})

it('finds a result without a cell, and a row whose test is not there', () => {
  expect(faultsOf({ results: { ...tried.results, 'node-18': RESULT } as never })).toEqual([
    'results.json has node-18, which is no cell',
  ])
  expect(faultsOf({ rows: [{ ...TRIED, test: 'test/contract/nowhere' }] })).toEqual([
    'SQLite: test/contract/nowhere is not there',
  ])
})

it('finds a lowest version in package.json that no cell ran', () => {
  expect(faultsOf({}, { ...needs, engines: { node: '>=18.20.0' } })).toEqual([
    'package.json allows node >=18.20.0: no cell runs the lowest',
  ])
  expect(
    faultsOf({}, { ...needs, peerDependencies: { '@payloadcms/ui': '>=3.89.0 <4' } }),
  ).toHaveLength(1)
})

it('shows a cell that was not run as not tried', () => {
  const results = {} as typeof tried.results
  expect(faultsOf({ results }, { engines: { node: '' }, peerDependencies: {} })[0]).toContain(
    'allows',
  )
  expect(compatibilityTables({ ...tried, results })).toContain('| Node.js | 20.9.0 | not tried |')
})

it('says of each row whether it was tried, by what, and in which command', () => {
  const rows: Row[] = [TRIED, { group: 'Databases', platform: 'Turso', note: 'no server here' }]
  const tables = compatibilityTables({ ...tried, rows })
  expect(tables).toContain(
    '| Node.js | 20.9.0 | tested 2026-11-26, with Payload 3.90.1 | `test/matrix/runtime` | `npm run test:more` |',
  )
  expect(tables).toContain('| SQLite |  | tested | `test/contract/ledgers` | `npm test` |')
  expect(tables).toContain('| Turso |  | not tried: no server here |  |  |')
})
