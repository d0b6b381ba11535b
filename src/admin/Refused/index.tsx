'use client'
import { ShimmerEffect } from '@payloadcms/ui'
import type { RefusedAnswer, RefusedDoc } from '../../wire/health.js'
import { LoadFailure } from '../LoadFailure/index.js'
import { REASON_KEYS, reasonLabel } from '../labels.js'
import { Person } from '../Person/index.js'
import type { Translate } from '../stringsFor.js'
import { Table } from '../Table/index.js'
import { Time } from '../Time/index.js'
import { useResource } from '../useResource.js'
import { useStrings } from '../useStrings.js'
import '../styles.css'
import '../tables.css'

const REFRESH_MS = 5_000
const SHOWN = 20

/** The latest requests that were refused, and why. */
export function Refused() {
  const t = useStrings()
  const { data, error, reload } = useResource<RefusedAnswer>('/revocation/refused', {
    everyMs: REFRESH_MS,
  })
  const headings = [t('time'), t('who'), t('request'), t('reason')]
  return (
    <section aria-labelledby="jwt-refused" className="jwt-panel">
      <h2 id="jwt-refused">{t('refused')}</h2>
      <p>{t('refusedHint')}</p>
      {error && <LoadFailure error={error} onRetry={reload} />}
      {!data && !error && <ShimmerEffect height="8rem" />}
      {data?.docs.length === 0 && <p>{t('refusedNone')}</p>}
      {data && data.docs.length > 0 && (
        <Table aria-labelledby="jwt-refused" headings={headings}>
          {data.docs.slice(0, SHOWN).map((event, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two events may agree in every field
            <tr key={`${event.at}-${index}`}>
              <th scope="row">
                <Time value={event.at} />
                {event.suppressed > 0 && (
                  <small>{t('refusedMore', { count: event.suppressed })}</small>
                )}
              </th>
              <td data-label={headings[1]}>{whoseOf(event)}</td>
              <td data-label={headings[2]}>
                {event.path ? (
                  <span className="jwt-mono">{`${event.method ?? ''} ${event.path}`.trim()}</span>
                ) : (
                  t('pathUnknown')
                )}
                {event.ip && <small className="jwt-mono">{event.ip}</small>}
              </td>
              <td data-label={headings[3]}>{whyOf(event, t)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  )
}

const whyOf = ({ status, reason, scope }: RefusedDoc, t: Translate) => {
  if (status === 'unknown') return t('reasonUnknown')
  return reasonLabel(reason ?? (scope && scope in REASON_KEYS ? scope : undefined), t)
}

const whoseOf = ({ at, collection, userId }: RefusedDoc) =>
  collection ? <Person at={at} subject={`user:${collection}:${userId}`} /> : '–'
