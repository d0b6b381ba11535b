import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A row of the table of rooms in docs/architecture.md. */
interface Room {
  name: string
  rooms: readonly string[]
  packages: readonly string[]
}

const PACKAGES: Readonly<Record<string, string>> = {
  payload: 'payload',
  '@payloadcms/ui': '@payloadcms/ui',
  '@payloadcms/next': '@payloadcms/next/templates',
  next: 'next/navigation.js',
  react: 'react',
  ioredis: 'ioredis',
  bowser: 'bowser',
  '@opentelemetry/api': '@opentelemetry/api',
  jose: 'jose',
  node: 'node:fs',
}

const ROOMS = roomsOf(readFileSync('docs/architecture.md', 'utf8'))

describe('the fence around the rooms of docs/architecture.md', () => {
  let findings: Set<string>
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-fence-'))
    for (const file of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json']) {
      cpSync(file, path.join(folder, file))
    }
    symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'))
    for (const room of ROOMS) writeProbes(folder, room)
    findings = await findingsIn(folder)
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('knows a room for every folder', () => {
    const foldersIn = (folder: string) =>
      readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const inPlugin = foldersIn('src/plugin').map(({ name }) => `plugin/${name}`)
    const folders = [...foldersIn('src').map(({ name }) => name), ...inPlugin]
    const known = ROOMS.map(({ name }) => name)
    expect(folders.filter((folder) => !known.includes(folder))).toEqual([])
  })

  it.each(ROOMS)('lets $name import the rooms of its row and no other', ({ name, rooms }) => {
    // Types: a room that may be imported as a type only is in the row as well.
    const others = ROOMS.filter((other) => other.name !== name)
    const expected = others.map((other) => `${other.name}: ${isIn(other.name, rooms)}`)
    const found = others.map(
      (other) => `${other.name}: ${!findings.has(`${name} type ${other.name}`)}`,
    )
    expect(found).toEqual(expected)
  })

  it.each(ROOMS)('lets $name import the packages of its row and no other', ({ name, packages }) => {
    const expected = Object.keys(PACKAGES).map((each) => `${each}: ${packages.includes(each)}`)
    const found = Object.keys(PACKAGES).map(
      (each) => `${each}: ${!findings.has(`${name} package ${each}`)}`,
    )
    expect(found).toEqual(expected)
  })

  it('keeps code out as well as types', () => {
    const isPair = (finding: string) => / type /.test(finding)
    const ofTypes = [...findings].filter(isPair)
    expect(ofTypes.length).toBeGreaterThan(200)
    expect(ofTypes.filter((each) => !findings.has(each.replace(' type ', ' value ')))).toEqual([])
  })

  it.each([
    ['wire', 'core'],
    ['http', 'wire'],
    ['react', 'core'],
    ['react', 'wire'],
    ['admin', 'wire'],
    ['plugin/runtime', 'plugin/storage'],
  ])('lets %s import types of %s but no code', (from, to) => {
    expect(findings.has(`${from} type ${to}`)).toBe(false)
    expect(findings.has(`${from} value ${to}`)).toBe(true)
  })

  it('finds a circle, also of types', () => {
    expect(findings.has('circle')).toBe(true)
  })
})

function roomsOf(page: string): Room[] {
  const rows = page.split('\n').filter((line) => /^\| `[\w/.]+` \| .* \| .* \| .* \|$/.test(line))
  const names = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  return rows.map((row) => {
    const [, name, , rooms, packages] = row.split('|')
    const isAlone = /\bnothing\b/.test(rooms ?? '')
    return {
      name: names(name)[0]?.replace('index.ts', '') ?? '',
      rooms: [...(isAlone ? [] : ['core']), ...names(rooms)],
      packages: names(packages),
    }
  })
}

/** `plugin/*` are the rooms in `plugin`. */
const isIn = (other: string, rooms: readonly string[]) =>
  rooms.includes(other) || (rooms.includes('plugin/*') && other.startsWith('plugin/'))

/** In a subfolder of the room, if it has one: a path with one more `..` is one, too. */
const placeOf = (room: string) =>
  room === '' || room === 'plugin' ? path.join('src', room) : path.join('src', room, 'deep')

const fileOf = (name: string) => name.replaceAll(/\W/g, '_') || 'index'

/** The exports of the room, and one file for each import that it might make. */
function writeProbes(folder: string, { name }: Room) {
  const place = path.join(folder, placeOf(name))
  mkdirSync(place, { recursive: true })
  const write = (file: string, text: string) => writeFileSync(path.join(place, file), text)
  write('target.ts', 'export const target = 1\nexport type Target = number\n')
  for (const other of ROOMS.filter((each) => each.name !== name)) {
    const target = path.relative(placeOf(name), path.join(placeOf(other.name), 'target.js'))
    const from = target.startsWith('.') ? target : `./${target}`
    write(`value__${fileOf(other.name)}.ts`, `export { target } from '${from}'\n`)
    write(`type__${fileOf(other.name)}.ts`, `export type { Target } from '${from}'\n`)
  }
  for (const [each, module] of Object.entries(PACKAGES)) {
    write(`package__${fileOf(each)}.ts`, `export * from '${module}'\n`)
  }
  if (name !== 'core') return
  write('one.ts', "import type { Other } from './other.js'\nexport type One = Other\n")
  write('other.ts', "import type { One } from './one.js'\nexport type Other = One | 1\n")
}

async function findingsIn(folder: string): Promise<Set<string>> {
  const program = path.resolve('node_modules/.bin/depcruise')
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src']
  const output = await promisify(execFile)(program, args, {
    cwd: folder,
    maxBuffer: 2 ** 28,
  }).catch((failed: { stdout: string }) => failed)
  const { summary } = JSON.parse(output.stdout) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] }
  }
  return new Set(summary.violations.map(({ from, rule }) => nameOf(from, rule.name)))
}

function nameOf(file: string, rule: string): string {
  if (rule === 'no circle') return 'circle'
  const [kind, what] = path.basename(file, '.ts').split('__')
  const room = ROOMS.find(({ name }) => placeOf(name) === path.dirname(file))?.name
  const names = kind === 'package' ? Object.keys(PACKAGES) : ROOMS.map(({ name }) => name)
  return `${room} ${kind} ${names.find((name) => fileOf(name) === what)}`
}
