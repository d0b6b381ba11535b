'use client'
import { Pill } from '@payloadcms/ui'
import { LiftButton } from '../LiftButton/index.js'
import { type RevocationRow, type RowState, stateOf } from '../labels.js'
import { useNow } from '../useNow.js'
import { useStrings } from '../useStrings.js'
import './styles.css'

const LOOKS = {
  'in-force': { key: 'stateInForce', pillStyle: 'error' },
  pending: { key: 'statePending', pillStyle: 'warning' },
  expired: { key: 'stateExpired', pillStyle: 'light-gray' },
  lifted: { key: 'stateLifted', pillStyle: 'success' },
  lift: { key: 'stateLift', pillStyle: 'light-gray' },
} as const satisfies Record<RowState, object>

/** Whether a revocation is still in force, and a button to lift it where that is possible. */
export function State({ isLifted, row }: { isLifted: boolean; row: RevocationRow }) {
  const t = useStrings()
  const now = useNow()
  const state = stateOf(row, { isLifted, now: now ?? Date.now() })
  const { key, pillStyle } = LOOKS[state]
  const { partOf, scope, subject } = row
  const isLiftable =
    (scope === 'token' || scope === 'session') &&
    // It is lifted with what it belongs to.
    !partOf &&
    (state === 'in-force' || state === 'pending')
  return (
    <div className="jwt-state">
      <Pill pillStyle={pillStyle} size="small">
        {t(key)}
      </Pill>
      {isLiftable && <LiftButton at={row.revokedAt} subject={subject} />}
    </div>
  )
}
