import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Answer } from './figures.js'

const file = fileURLToPath(new URL('../results.json', import.meta.url))

/** The table of one answer, for a terminal. */
export function table({ question, how, figures }: Answer): string {
  const cells = figures.map(({ name, unit, median, runs }) => [
    name,
    median.toLocaleString('en'),
    unit,
    runs.length > 1 ? `${Math.min(...runs)} … ${Math.max(...runs)}` : '',
  ])
  const rows = [['', 'median', 'unit', 'least … most'], ...cells]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const lines = rows.map(([name = '', median = '', unit = '', range = '']) =>
    [
      name.padEnd(width(0)),
      median.padStart(width(1)),
      unit.padEnd(width(2)),
      range.padStart(width(3)),
    ].join('  '),
  )
  return [`\n${question}`, how, '', ...lines.map((line) => `  ${line.trimEnd()}`)].join('\n')
}

/** Puts the answers into `results.json`; those to other questions stay as they were measured. */
export function saveAnswers(answers: Record<string, Answer>): void {
  const before: object = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const measured = Object.entries(answers).map(([name, answer]) => [
    name,
    { measuredAt: new Date().toISOString(), machine: machine(), ...answer },
  ])
  const results = { ...before, ...Object.fromEntries(measured) }
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
}

export const machine = () => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
})
