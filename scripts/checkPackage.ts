/**
 * Lists what would be published and fails for anything that does not belong there, or is missing:
 * the compiled counterpart of each source file, and the four files every package has. A file of
 * `dist` without a source is left from an earlier build.
 */
import { spawnSync } from 'node:child_process'
import { filesUnder } from './filesUnder.ts'

const ALWAYS = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']

const allowed = new Set([...ALWAYS, ...filesUnder('src').flatMap(compiled)])
const packed = new Set(listPacked())

const strangers = [...packed].filter((file) => !allowed.has(file))
const missing = [...allowed].filter((file) => !packed.has(file))
if (strangers.length > 0 || missing.length > 0) {
  if (strangers.length > 0) console.error(`Not to be published: ${strangers.join(', ')}`)
  if (missing.length > 0) console.error(`Missing from the package: ${missing.join(', ')}`)
  console.error('If `dist` is from an earlier build, remove it and build again.')
  process.exit(1)
}
console.log(`npm pack: ${packed.size} files, each belongs there and none is missing`)

/** What the build makes of a source file; other files go as they are, bare declarations nowhere. */
function compiled(source: string): string[] {
  if (source.endsWith('.d.ts')) return []
  const file = source.replace(/^src\//, 'dist/')
  const stem = /^(.*)\.tsx?$/.exec(file)?.[1]
  return stem ? [`${stem}.js`, `${stem}.d.ts`] : [file]
}

function listPacked(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent']
  const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`)
  const [listing] = JSON.parse(stdout) as { files: { path: string }[] }[]
  return listing?.files.map(({ path }) => path) ?? []
}
