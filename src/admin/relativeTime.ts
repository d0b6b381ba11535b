const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
] as const

/** How far `instant` is from `now` in words, such as `in 2 hours` or `3 minutes ago`. */
export function relativeTime(instant: number, now: number, language: string): string {
  const distance = instant - now
  const size = Math.abs(distance)
  const { unit, ms } = UNITS.find((each) => size >= each.ms) ?? UNITS[3]
  return new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' }).format(
    Math.trunc(distance / ms),
    unit,
  )
}

/** A length of time in words, such as `1.2 seconds`. */
export function duration(lengthMs: number, language: string): string {
  const { unit, ms } = UNITS.find((each) => lengthMs >= each.ms) ?? UNITS[3]
  return new Intl.NumberFormat(localeOf(language), {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: unit === 'second' && lengthMs < 10_000 ? 1 : 0,
  }).format(lengthMs / ms)
}

/** An instant as a date and time of the reader's own zone. */
export const absoluteTime = (instant: number, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'medium' }).format(
    instant,
  )

/** Payload's codes are not all BCP 47, such as `zhTw` and `rsLatin`. */
export function localeOf(language: string): string {
  const known = { zhTw: 'zh-TW', rs: 'sr', rsLatin: 'sr-Latn', bnBd: 'bn-BD', bnIn: 'bn-IN' }[
    language
  ]
  return known ?? (Intl.DateTimeFormat.supportedLocalesOf(safely(language))[0] || 'en')
}

const safely = (language: string) => (/^[a-z]{2,3}(?:-[A-Za-z]+)*$/.test(language) ? language : [])
