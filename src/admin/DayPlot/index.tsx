'use client'
import { useTranslation } from '@payloadcms/ui'
import type { HourCount } from '../../wire/health.js'
import { localeOf } from '../relativeTime.js'
import { useStrings } from '../useStrings.js'
import './styles.css'

const WIDTH = 240
const HEIGHT = 64
const GAP = 2

/** A bar for each of the last 24 hours, and the same as a table for who does not see it. */
export function DayPlot({ hours }: { hours: readonly HourCount[] }) {
  const t = useStrings()
  const { i18n } = useTranslation()
  const total = hours.reduce((sum, { count }) => sum + count, 0)
  const most = Math.max(0, ...hours.map(({ count }) => count))
  const peak = most > 0 ? hours.findIndex(({ count }) => count === most) : -1
  const width = WIDTH / Math.max(1, hours.length)
  const clock = new Intl.DateTimeFormat(localeOf(i18n.language), { timeStyle: 'short' })
  const label = (hour: string) => clock.format(new Date(hour))
  const hour = hours[peak] ? label(hours[peak].hour) : ''
  const summary = total ? t('lastDaySummary', { count: total, most, hour }) : t('lastDayNone')
  return (
    <figure className="jwt-plot">
      <figcaption>{t('lastDay')}</figcaption>
      <div aria-hidden="true" className="jwt-plot__peak">
        <span style={{ '--jwt-place': `${((peak + 0.5) / hours.length) * 100}%` } as object}>
          {hour && `${hour} · ${most}`}
        </span>
      </div>
      <svg
        aria-label={summary}
        preserveAspectRatio="none"
        role="img"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      >
        {hours.map(({ hour, count }, index) => {
          const height = count ? Math.max(3, (count / most) * HEIGHT) : 1
          return (
            <rect
              className={barClass(count, index === peak)}
              height={height}
              key={hour}
              width={width - GAP}
              x={index * width}
              y={HEIGHT - height}
            >
              <title>{`${label(hour)}: ${count}`}</title>
            </rect>
          )
        })}
      </svg>
      <div aria-hidden="true" className="jwt-plot__axis">
        <span>{hours[0] && label(hours[0].hour)}</span>
        <span>{t('now')}</span>
      </div>
      <p aria-hidden="true">{summary}</p>
      <table className="jwt-unseen">
        <caption>{t('lastDay')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('hour')}</th>
            <th scope="col">{t('count')}</th>
          </tr>
        </thead>
        <tbody>
          {hours
            .filter(({ count }) => count > 0)
            .map(({ hour, count }) => (
              <tr key={hour}>
                <td>{label(hour)}</td>
                <td>{count}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  )
}

function barClass(count: number, isPeak: boolean): string {
  if (isPeak) return 'jwt-plot__bar jwt-plot__bar--peak'
  return count ? 'jwt-plot__bar' : 'jwt-plot__none'
}
