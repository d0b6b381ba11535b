'use client'
import { useTranslation } from '@payloadcms/ui'
import { absoluteTime, relativeTime } from '../relativeTime.js'
import { useNow } from '../useNow.js'

/** An instant in words, `3 minutes ago`, with the date and time on hovering. */
export function Time({ value }: { value: number | string | null | undefined }) {
  const { i18n } = useTranslation()
  const now = useNow()
  const instant = typeof value === 'string' ? Date.parse(value) : value
  if (instant === null || instant === undefined || Number.isNaN(instant)) return <span>–</span>
  const iso = new Date(instant).toISOString()
  if (now === undefined) return <time dateTime={iso}>&nbsp;</time>
  return (
    <time dateTime={iso} title={absoluteTime(instant, i18n.language)}>
      {relativeTime(instant, Math.max(now, Math.min(instant, Date.now())), i18n.language)}
    </time>
  )
}
