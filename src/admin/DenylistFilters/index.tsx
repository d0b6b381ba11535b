'use client'
import { Button, useConfig, useListQuery } from '@payloadcms/ui'
import type { Where } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { useId } from 'react'
import { REASONS, SCOPES } from '../../core/revocation.js'
import { reasonLabel, scopeLabel } from '../labels.js'
import { filtersOf, type LedgerFilters, whereWith } from '../ledgerFilters.js'
import { SMALL } from '../looks.js'
import { useStrings } from '../useStrings.js'
import './styles.css'

interface DenylistFiltersProps {
  /** Ids of revocations that are lifted and would still be in force. */
  lifted: readonly string[]
}

/** The filters that one wants most, above the list; they show in Payload's own filters too. */
export function DenylistFilters({ lifted }: DenylistFiltersProps) {
  const t = useStrings()
  const { config } = useConfig()
  const { handleWhereChange, query } = useListQuery()
  const current = filtersOf(query.where)
  const change = (next: LedgerFilters) =>
    void handleWhereChange?.(
      whereWith({ ...current, ...next }, { where: query.where, lifted, now: Date.now() }) as Where,
    )
  return (
    <div className="jwt-filters">
      <Choice
        label={t('state')}
        onChange={(state) => change({ state })}
        options={[
          { label: t('stateInForce'), value: 'in-force' },
          { label: t('stateExpired'), value: 'expired' },
          { label: t('stateLifted'), value: 'lifted' },
        ]}
        value={current.state}
      />
      <Choice
        label={t('scope')}
        onChange={(scope) => change({ scope })}
        options={SCOPES.map((value) => ({ label: scopeLabel(value, t), value }))}
        value={current.scope}
      />
      <Choice
        label={t('reason')}
        onChange={(reason) => change({ reason })}
        options={REASONS.map((value) => ({ label: reasonLabel(value, t), value }))}
        value={current.reason}
      />
      <Button
        buttonStyle="secondary"
        el="link"
        margin={false}
        size={SMALL}
        to={formatAdminURL({ adminRoute: config.routes.admin, path: '/revocation' })}
      >
        {t('explain')}
      </Button>
    </div>
  )
}

interface ChoiceProps {
  label: string
  options: { label: string; value: string }[]
  value: string | undefined
  onChange: (value: string | undefined) => void
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  const t = useStrings()
  const id = useId()
  return (
    <div className="jwt-filters__choice">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        onChange={({ target }) => onChange(target.value || undefined)}
        value={value ?? ''}
      >
        <option value="">{t('stateAny')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
