/**
 * Lists the files that would be published. It fails if a file does not belong there, or if one is
 * missing: the compiled file of each source, and the four files that every package has. A file of
 * `dist` without a source is left over from an earlier build.
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

/**
 * The files that the build makes from a source file. Other files are copied, and declarations are
 * left out.
 */
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
