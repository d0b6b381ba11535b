import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { repository } from './childProcess.js'
import type { Tables } from './tablesOf.js'

const FILE = path.join(repository, 'docs/upgrading.md')
const BLOCK = /(<!-- tables[^>]*-->\n)([\s\S]*?)(<!-- \/tables -->)/

/**
 * Compares the list of tables in `docs/upgrading.md` with what it should be. `UPDATE_DOCS=1` writes
 * it.
 */
export function schemaTable(databases: Readonly<Record<string, Tables>>) {
  const actual = `\n${markdown(databases)}\n`
  const page = readFileSync(FILE, 'utf8')
  if (process.env.UPDATE_DOCS) {
    writeFileSync(
      FILE,
      page.replace(BLOCK, (_, begin, __, end) => begin + actual + end),
    )
  }
  return { documented: BLOCK.exec(readFileSync(FILE, 'utf8'))?.[2], actual }
}

function markdown(databases: Readonly<Record<string, Tables>>): string {
  const names = Object.keys(databases)
  const rows = new Map<string, string[]>()
  names.forEach((name, place) => {
    for (const [table, columns] of Object.entries(databases[name] ?? {})) {
      for (const [column, type] of Object.entries(columns)) {
        const key = `\`${table}\` | \`${column}\``
        const types = rows.get(key) ?? names.map(() => '–')
        types[place] = type
        rows.set(key, types)
      }
    }
  })
  return [
    `| table | column | ${names.join(' | ')} |`,
    `|---|---|${'---|'.repeat(names.length)}`,
    ...[...rows].map(([key, types]) => `| ${key} | ${types.join(' | ')} |`),
  ].join('\n')
}
