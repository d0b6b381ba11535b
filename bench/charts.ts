import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Bar, barChart } from './support/barChart.js'
import { type SavedAnswer, savedAnswers } from './support/report.js'

const folder = fileURLToPath(new URL('../docs/images', import.meta.url))

/** Draws the content of `results.json` to `docs/images/bench-*.svg`. Returns the paths. */
export function writeCharts(): string[] {
  const answers = savedAnswers()
  const charts = {
    'check-cost': checkCostChart(answers),
    propagation: propagationChart(answers),
    throughput: throughputChart(answers),
  }
  mkdirSync(folder, { recursive: true })
  return Object.entries(charts).flatMap(([name, svg]) => {
    if (svg === undefined) return []
    const path = `${folder}/bench-${name}.svg`
    writeFileSync(path, svg)
    return [path]
  })
}

type Answers = Record<string, SavedAnswer>

/** The machine and the date. The full conditions are in `results.json`. */
const source = ({ machine, measuredAt }: SavedAnswer) =>
  `Node ${machine.node.slice(1)}, ${machine.cores} cores (${machine.processor}), ${measuredAt.slice(0, 10)}`

/** A bar for each figure that was measured. Missing figures are left out. */
function barsOf(answer: SavedAnswer, rows: readonly [figure: string, label: string][]): Bar[] {
  return rows.flatMap(([name, label]) => {
    const found = answer.figures.find((figure) => figure.name === name)
    const isOurs = /^(with |embedded)|ours|guard|gate refuses/.test(name)
    return found ? [{ label, value: found.median, unit: found.unit, isOurs }] : []
  })
}

function checkCostChart({ checkCost }: Answers): string | undefined {
  if (!checkCost) return undefined
  const at = (name: string) => `1,000,000 revoked: ${name}, p50`
  const redis = (name: string) => at(`${name}, Redis another core`)
  return barChart({
    title: 'One check among 1,000,000 revocations (p50, logarithmic)',
    note: `Redis over loopback, on another core. ${source(checkCost)}`,
    isLogarithmic: true,
    bars: barsOf(checkCost, [
      [at('Map.has (of the id alone)'), 'Map.has (of the id alone)'],
      [at('ours, token at hand'), 'this package, token at hand'],
      [at('ours, from the headers'), 'this package, from the headers'],
      [at('express-jwt-blacklist, memory store'), 'express-jwt-blacklist, memory'],
      [redis('express-jwt-blacklist, Redis store'), 'express-jwt-blacklist, Redis'],
      [redis('@payloadcms/kv-redis has'), '@payloadcms/kv-redis has'],
      [redis('EXISTS (ioredis)'), 'ioredis EXISTS'],
      [
        "Payload's own session check (findByID of the user, SQLite), p50",
        'Payload’s session check (SQLite)',
      ],
    ]),
  })
}

function propagationChart({ propagation }: Answers): string | undefined {
  if (!propagation) return undefined
  const ways = { 'with Redis': 'with Redis', 'embedded (ledger only)': 'without Redis' }
  const rows = Object.entries(ways).flatMap(([way, label]) =>
    ['10/s', '100/s', '1,000/s'].flatMap((rate) =>
      ['p50', 'p99'].map((quantile): [string, string] => [
        `${way}, ${rate}: refused elsewhere after the call, ${quantile}`,
        `${label}, ${rate}, ${quantile}`,
      ]),
    ),
  )
  return barChart({
    title: 'Revoked in one process, refused in three others (logarithmic)',
    note: `From the call of revoke(), SQLite ledger. ${source(propagation)}`,
    isLogarithmic: true,
    bars: barsOf(propagation, rows),
  })
}

function throughputChart({ meThroughput, refusal }: Answers): string | undefined {
  if (!meThroughput || !refusal) return undefined
  return barChart({
    title: 'Requests per second to /api/users/me, one process',
    note: `next start, SQLite, 10 connections. ${source(meThroughput)}`,
    isLogarithmic: false,
    bars: [
      ...barsOf(meThroughput, [
        ["Payload's default", 'Payload’s default'],
        ['stateless, no plugin', 'stateless, not revocable'],
        ['a hand-written EXISTS strategy', 'hand-written EXISTS'],
        ['with the plugin', 'this package'],
      ]),
      ...barsOf(refusal, [
        ["revoked token, Payload's gate refuses", 'revoked: refused by the gate'],
        ['revoked token, the guard in proxy.ts refuses', 'revoked: refused by the guard'],
        ['an empty route handler (what Next.js itself takes)', 'an empty Next.js route'],
      ]),
    ],
  })
}
