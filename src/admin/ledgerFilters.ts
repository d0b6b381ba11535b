import type { Where, WhereField } from 'payload'

/** What the list of the ledger can be narrowed to with one choice each. */
export interface LedgerFilters {
  state?: string | undefined
  scope?: string | undefined
  reason?: string | undefined
}

const OURS = new Set(['expiresAt', 'id', 'reason', 'scope'])

/** The choices that a query of Payload's list holds. */
export function filtersOf(where: Where | undefined): LedgerFilters {
  const conditions = branchesOf(where)[0] ?? []
  const equals = (field: string) => operandOf(conditions, field, 'equals')
  return { state: stateIn(conditions), scope: equals('scope'), reason: equals('reason') }
}

/** The list's query with these choices, and whatever else the reader filters by. */
export function whereWith(
  { state, scope, reason }: LedgerFilters,
  { where, lifted, now }: { where?: Where | undefined; lifted: readonly string[]; now: number },
): Where {
  const chosen: Where[] = [
    ...(state ? conditionsFor(state, { lifted, now }) : []),
    ...(scope ? [{ scope: { equals: scope } }] : []),
    ...(reason ? [{ reason: { equals: reason } }] : []),
  ]
  const branches = branchesOf(where).map((conditions) => [
    ...conditions.filter((condition) => !isOurs(condition)),
    ...chosen,
  ])
  return { or: branches.map((and) => ({ and })) }
}

function conditionsFor(
  state: string,
  { lifted, now }: { lifted: readonly string[]; now: number },
): Where[] {
  const instant = new Date(now).toISOString()
  if (state === 'lifted') return [{ id: { in: [...lifted] } }]
  if (state === 'expired') return [{ expiresAt: { less_than_equal: instant } }]
  const others: Where[] = lifted.length > 0 ? [{ id: { not_in: [...lifted] } }] : []
  return [{ expiresAt: { greater_than: instant } }, ...others, IS_NO_LIFT]
}

const IS_NO_LIFT: Where = { reason: { not_equals: 'lifted' } }

function stateIn(conditions: readonly Where[]): string | undefined {
  if (operandOf(conditions, 'expiresAt', 'greater_than')) return 'in-force'
  if (operandOf(conditions, 'expiresAt', 'less_than_equal')) return 'expired'
  return conditions.some(({ id }) => id && 'in' in id) ? 'lifted' : undefined
}

function operandOf(
  conditions: readonly Where[],
  field: string,
  operator: keyof WhereField,
): string | undefined {
  for (const condition of conditions) {
    const operand = (condition[field] as WhereField | undefined)?.[operator]
    if (operand !== undefined) return String(operand)
  }
}

const isOurs = (condition: Where) => Object.keys(condition).every((field) => OURS.has(field))

/** Payload's list keeps its query as alternatives of conditions. */
const branchesOf = (where: Where | undefined): Where[][] => {
  const branches = where?.or?.map(({ and }) => and ?? []) ?? []
  return branches.length > 0 ? branches : [[]]
}
