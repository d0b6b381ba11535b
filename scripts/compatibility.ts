import { existsSync } from 'node:fs'
import type { Cell } from '../test/matrix/cells.ts'
import { GROUPS, type Row } from '../test/matrix/otherRows.ts'
import type { Results } from '../test/matrix/results.ts'

/** All that `docs/compatibility.md` is made from. */
export interface Tried {
  cells: readonly Cell[]
  results: Results
  rows: readonly Row[]
}

interface Requirements {
  engines: { node: string }
  peerDependencies: Record<string, string>
}

/** What is claimed and not shown: each as one line. */
export function compatibilityFaults(
  { cells, results, rows }: Tried,
  { engines, peerDependencies }: Requirements,
): string[] {
  const passed = cells.filter((cell) => results[cell.name]?.outcome === 'passed')
  const seen = new Set(
    passed.flatMap(({ name }) => Object.entries(results[name]?.versions ?? {}).map(String)),
  )
  const required = Object.entries({ node: engines.node, ...peerDependencies })
  return [
    ...cells
      .filter(({ name }) => results[name]?.outcome === 'failed')
      .map(({ name }) => `The last run of ${name} failed: npm run test:matrix -- --write ${name}`),
    ...cells
      .filter((cell) => passed.includes(cell) && !isOfItsVersion(cell, results))
      .map(({ name }) => `The result of ${name} is of other versions: run it again`),
    ...Object.keys(results)
      .filter((name) => cells.every((cell) => cell.name !== name))
      .map((name) => `results.json has ${name}, which is no cell`),
    ...rows
      .filter(({ test }) => test && !fileOf(test))
      .map(({ platform, test }) => `${platform}: ${test} is not there`),
    ...required
      .filter(([name, range]) => !seen.has(`${platformOf(name)},${lowestOf(range)}`))
      .map(([name, range]) => `package.json allows ${name} ${range}: no cell runs the lowest`),
  ]
}

/** The tables of the page, by group. */
export function compatibilityTables({ cells, results, rows }: Tried): string {
  const all: readonly Line[] = [
    ...cells.map((cell) => lineOfCell(cell, results)),
    ...rows.map(line),
  ]
  return GROUPS.map((group) => {
    const lines = all.filter((each) => each.group === group).sort(byPlatform)
    return `## ${group}\n\n${HEAD}\n${lines.map(({ cells }) => `| ${cells.join(' | ')} |`).join('\n')}`
  }).join('\n\n')
}

const HEAD = '| platform | version | result | shown by | in |\n|---|---|---|---|---|'

interface Line {
  group: Row['group']
  cells: readonly string[]
}

const byPlatform = (one: Line, other: Line) =>
  Number(isTried(other)) - Number(isTried(one)) ||
  (one.cells[0] ?? '').localeCompare(other.cells[0] ?? '', 'en') ||
  (one.cells[1] ?? '').localeCompare(other.cells[1] ?? '', 'en', { numeric: true })

const isTried = ({ cells }: Line) => !cells[2]?.startsWith(NOT_TRIED)

const NOT_TRIED = 'not tried'

function line({ group, platform, version = '', test, isMore, note }: Row): Line {
  const result = [test ? 'tested' : NOT_TRIED, note].filter(Boolean).join(': ')
  const command = test && (isMore || test.includes('.more') ? MORE : '`npm test`')
  return { group, cells: [platform, version, result, test ? `\`${test}\`` : '', command ?? ''] }
}

const MORE = '`npm run test:more`'
const ALL = '`npm run test:matrix -- --all`'

function lineOfCell({ isLong, name, packages, platform, tests }: Cell, results: Results): Line {
  const { date, outcome, versions } = results[name] ?? { outcome: undefined }
  const named = Object.entries(packages).find(([name]) => platformOf(name) === platform)?.[1]
  const { [platform]: version = named ?? '', ...others } = versions ?? {}
  const beside = Object.entries(others).map((each) => each.join(' '))
  const result = outcome ? `${outcome === 'passed' ? 'tested' : 'fails'} ${date}` : NOT_TRIED
  return {
    group: GROUP_OF[platform],
    cells: [
      platform,
      version,
      [result, ...(beside.length > 0 ? [`with ${beside.join(', ')}`] : [])].join(', '),
      tests.map((test) => `\`${test.replace(/\.test\.ts$/, '')}\``).join(', '),
      isLong ? ALL : MORE,
    ],
  }
}

const GROUP_OF: Record<Cell['platform'], Row['group']> = {
  'Node.js': 'Runtimes',
  Bun: 'Runtimes',
  'Next.js': 'Next.js',
  Redis: 'Redis',
  Valkey: 'Redis',
}

const PACKAGES: Record<string, string> = {
  node: 'Node.js',
  bun: 'Bun',
  next: 'Next.js',
  react: 'React',
}

function platformOf(name: string): string {
  return (
    PACKAGES[name] ?? (name.startsWith('@payloadcms/') || name === 'payload' ? 'Payload' : name)
  )
}

const lowestOf = (range: string) => /^>=(\S+)/.exec(range)?.[1]

/** What the tests saw is what the cell names. A cell may install more than its tests look at. */
function isOfItsVersion({ name, packages }: Cell, results: Results): boolean {
  const versions = results[name]?.versions ?? {}
  return Object.entries(packages).every(([name, version]) =>
    [undefined, version].includes(versions[platformOf(name)]),
  )
}

/** By the rule of `scripts/checkLinks.ts`. */
const fileOf = (test: string) =>
  ['', '.test.ts', '.spec.ts'].map((end) => test + end).find((file) => existsSync(file))
