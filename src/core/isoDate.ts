/** An instant (milliseconds since the epoch) as databases, answers and people are given it. */
export const isoDate = (timeMs: number): string => new Date(timeMs).toISOString()
