/** An instant (milliseconds since the epoch) in the format for databases, answers and people. */
export const isoDate = (timeMs: number): string => new Date(timeMs).toISOString()
