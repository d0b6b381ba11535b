import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Answer, type Goal, quantile } from './figures.js'

const file = fileURLToPath(new URL('../results.json', import.meta.url))

/** An answer as `results.json` stores it. */
export interface SavedAnswer extends Answer {
  measuredAt: string
  machine: ReturnType<typeof machine>
}

export const savedAnswers = (): Record<string, SavedAnswer> =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

/** The table of one answer and its goals, for a terminal. */
export function table({ question, how, figures, goals = [] }: Answer): string {
  const cells = figures.map(({ name, unit, median, runs }) => [
    name,
    median.toLocaleString('en'),
    unit,
    runs.length > 1 ? `${quantile(runs, 0.25)} … ${quantile(runs, 0.75)}` : '',
  ])
  const rows = [['', 'median', 'unit', 'middle half'], ...cells]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const lines = rows.map(([name = '', median = '', unit = '', range = '']) =>
    [
      name.padEnd(width(0)),
      median.padStart(width(1)),
      unit.padEnd(width(2)),
      range.padStart(width(3)),
    ].join('  '),
  )
  return [
    `\n${question}`,
    how,
    '',
    ...lines.map((line) => `  ${line.trimEnd()}`),
    ...(goals.length > 0 ? [''] : []),
    ...goals.map((goal) => `  ${goalLine(goal)}`),
  ].join('\n')
}

const goalLine = ({ name, target, reached, isMet }: Goal) =>
  `${isMet ? 'reached' : 'MISSED '}  ${target}: ${reached.toLocaleString('en')}  (${name})`

/** The goals of these questions, as measured last. */
export function goalsTable(questions: readonly string[]): string {
  const answers = savedAnswers()
  const goals = questions.flatMap((name) => answers[name]?.goals ?? [])
  const met = goals.filter(({ isMet }) => isMet)
  return [`Goals: ${met.length} of ${goals.length} reached`, ...goals.map(goalLine)].join('\n  ')
}

/** Writes the answers to `results.json`. The answers to other questions stay. */
export function saveAnswers(answers: Record<string, Answer>): void {
  const measured = Object.entries(answers).map(([name, answer]) => [
    name,
    { measuredAt: new Date().toISOString(), machine: machine(), ...answer },
  ])
  const results = { ...savedAnswers(), ...Object.fromEntries(measured) }
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
}

export const machine = () => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
})
