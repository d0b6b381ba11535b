const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** How long before `now` (ms) an instant was, such as "5 minutes ago"; `undefined` within a minute. */
export function timeAgo(instant: number, now: number, locale: string): string | undefined {
  const seconds = Math.max(0, (now - instant) / 1_000)
  const step = STEPS.find(([, length]) => seconds >= length)
  if (!step) return undefined
  const [unit, length] = step
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  return format.format(-Math.floor(seconds / length), unit)
}
