import { gateCost } from './gateCost.js'
import { logins } from './logins.js'
import { meThroughput } from './meThroughput.js'
import type { Answer } from './support/figures.js'
import { machine, saveAnswers, table } from './support/report.js'

/**
 * `npm run bench` answers all questions, `npm run bench -- gateCost` only those named. Prints
 * tables and writes `results.json`.
 */
const QUESTIONS: Readonly<Record<string, () => Promise<Answer>>> = {
  gateCost,
  meThroughput,
  logins,
}

const named = process.argv.slice(2)
const unknown = named.find((name) => !(name in QUESTIONS))
if (unknown) throw new Error(`${unknown}: the questions are ${Object.keys(QUESTIONS).join(', ')}`)

const { node, cores, processor } = machine()
console.log(`Node ${node}, ${cores} cores (${processor})`)
const answers: Record<string, Answer> = {}
for (const [name, ask] of Object.entries(QUESTIONS)) {
  if (named.length > 0 && !named.includes(name)) continue
  console.log(`\n${name} …`)
  const answer = await ask()
  answers[name] = answer
  console.log(table(answer))
}
saveAnswers(answers)
// Payload leaves timers behind; every child process has been ended by now.
process.exit()
