import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { line } from './print.ts'

const SOURCES = ['dev', 'dist', 'package.json', 'package-lock.json']
const generated = new Set(['.data', '.next', 'next-env.d.ts'])

/** Runs `build`, unless the same sources, package and dependencies were built before. */
export async function buildIfChanged(
  repository: string,
  build: () => Promise<void>,
): Promise<void> {
  const output = path.join(repository, 'dev/.next')
  const mark = path.join(output, 'demo-sources.sha256')
  const sources = await fingerprint(repository, SOURCES)
  if (existsSync(path.join(output, 'BUILD_ID')) && existsSync(mark)) {
    if ((await readFile(mark, 'utf8')) === sources) return line('The app is built already')
  }
  await rm(mark, { force: true })
  await build()
  await writeFile(mark, sources)
}

/** A hash of the content of files and folders, without the files that a build writes there. */
export async function fingerprint(repository: string, roots: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(process.version)
  for (const root of roots) await addTo(hash, repository, root)
  return hash.digest('hex')
}

async function addTo(
  hash: ReturnType<typeof createHash>,
  repository: string,
  name: string,
): Promise<void> {
  const file = path.join(repository, name)
  const entries = await readdir(file, { withFileTypes: true }).catch(() => undefined)
  if (!entries) {
    hash.update(`${name}\0`).update(existsSync(file) ? await readFile(file) : 'absent')
    return
  }
  const names = entries.map((entry) => entry.name).filter((entry) => !generated.has(entry))
  for (const entry of names.sort()) await addTo(hash, repository, path.join(name, entry))
}
