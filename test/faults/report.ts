import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Checker } from './checker.js'
import type { FaultKind } from './schedule.js'
import { BOUND_MS, type DatabaseKind, type Safeguard } from './settings.js'
import type { Violation, ViolationKind } from './violation.js'

export interface Report {
  readonly database: DatabaseKind
  readonly seed: number
  readonly without: Safeguard | null
  readonly durationS: number
  readonly faults: Partial<Record<FaultKind, number>>
  readonly faultsInjected: number
  readonly revocationsAcknowledged: number
  readonly realLogins: number
  readonly passwordChanges: number
  readonly boundMs: number
  readonly worstStalenessMs: Readonly<Record<'app' | 'guard', number>>
  readonly checks: Checker['counts']
  /** Answers that say nothing about a token, by status. 0 means no answer. */
  readonly silences: Readonly<Record<number, number>>
  /** 503s by kind of process, to living and ended tokens. */
  readonly declined: Readonly<Record<'app' | 'guard', number>>
  readonly violations: Readonly<Record<ViolationKind, number>>
  /** The first of each kind, as a starting point for debugging. */
  readonly examples: readonly Violation[]
  /** Why living tokens were refused. */
  readonly explanations: readonly string[]
}

const KINDS: readonly ViolationKind[] = [
  'lost',
  'unlearned',
  'living-refused',
  'blind',
  'declined-in-peace',
  'not-healed',
]

/** The kinds that mean a wrong answer. The others mean a 503 where an answer was due. */
export const WRONG_ANSWERS = ['lost', 'unlearned', 'living-refused', 'blind'] as const

const EXAMPLES_OF_A_KIND = 5

export interface ReportOptions {
  database: DatabaseKind
  seed: number
  without: Safeguard | undefined
  checker: Checker
  faults: readonly FaultKind[]
  realLogins: number
  passwordChanges: number
  explanations: readonly string[]
}

export function reportOn(options: ReportOptions): Report {
  const { database, seed, without, checker, faults, ...others } = options
  const { violations, counts, declinedBy, worstStalenessMs } = checker
  const byKind = KINDS.map(
    (kind) => [kind, violations.filter((each) => each.kind === kind)] as const,
  )
  const injected: Report['faults'] = {}
  for (const kind of faults) injected[kind] = (injected[kind] ?? 0) + 1
  return {
    ...{ database, seed, without: without ?? null, ...others },
    durationS: Math.round((performance.now() - checker.startedAt) / 1_000),
    faults: injected,
    faultsInjected: faults.length,
    revocationsAcknowledged: counts.acknowledged,
    boundMs: BOUND_MS,
    worstStalenessMs: {
      app: Math.round(worstStalenessMs.app),
      guard: Math.round(worstStalenessMs.guard),
    },
    checks: counts,
    silences: checker.silences,
    declined: declinedBy,
    violations: Object.fromEntries(byKind.map(([kind, found]) => [kind, found.length])) as Record<
      ViolationKind,
      number
    >,
    examples: byKind.flatMap(([, found]) => found.slice(0, EXAMPLES_OF_A_KIND)),
  }
}

export const violationsIn = ({ violations }: Report, kinds: readonly ViolationKind[] = KINDS) =>
  kinds.reduce((sum, kind) => sum + violations[kind], 0)

/** Writes the reports of a run as JSON and returns the path. */
export function writeReports(reports: readonly Report[], out: string | undefined): string {
  const file = out ?? path.join(tmpdir(), `jwt-revocation-faults-${reports[0]?.seed}.json`)
  writeFileSync(file, `${JSON.stringify(reports, null, 2)}\n`)
  return file
}

export function textOf(report: Report): string {
  const { checks, declined, violations, worstStalenessMs } = report
  const rows: [string, unknown][] = [
    ['database', report.database],
    ['seed', report.seed],
    ['without', report.without ?? 'nothing: every safeguard is on'],
    ['duration', `${report.durationS} s`],
    ['faults injected', report.faultsInjected],
    ...Object.entries(report.faults).map(([kind, count]): [string, unknown] => [
      `  ${kind}`,
      count,
    ]),
    ['revocations acknowledged', report.revocationsAcknowledged],
    ['  password changes among them', report.passwordChanges],
    ['real logins', report.realLogins],
    ['lost', violations.lost],
    ['accepted by who had refused it', violations.unlearned],
    ['living tokens refused', violations['living-refused']],
    ['accepted by who could not know', violations.blind],
    ['503 without a fault', violations['declined-in-peace']],
    ['not healed', violations['not-healed']],
    ['worst staleness, app', `${worstStalenessMs.app} ms of ${report.boundMs}`],
    ['worst staleness, guard', `${worstStalenessMs.guard} ms of ${report.boundMs}`],
    ['checks', checks.checks],
    ['  accepted / refused', `${checks.accepted} / ${checks.refused}`],
    ['  503 by an app / by the guard', `${declined.app} / ${declined.guard}`],
    ['  neither, by status', JSON.stringify(report.silences)],
  ]
  const lines = rows.map(([name, value]) => `${name.padEnd(36)} ${value}`)
  const examples = report.examples.map((example) => `  ${JSON.stringify(example)}`)
  const under = (title: string, list: readonly string[]) =>
    list.length > 0 ? [title, ...list] : []
  return [
    ...lines,
    ...under('examples:', examples),
    ...under('why living tokens were refused:', report.explanations),
  ].join('\n')
}
