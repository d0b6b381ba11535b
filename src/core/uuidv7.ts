const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * A UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits.
 *
 * @param timeMs the instant to carry, in milliseconds since the epoch
 */
export function uuidv7(timeMs: number): string {
  const prefix = uuidv7Prefix(timeMs)
  // A version 4 has the same layout, and its random bits come from a pool of the runtime.
  const random = crypto.randomUUID().slice(15)
  return `${prefix.slice(0, 8)}-${prefix.slice(8)}-7${random}`
}

/**
 * The smallest UUIDv7 of an instant. Every id created at or after the instant sorts after it or
 * equals it.
 */
export function uuidv7Floor(timeMs: number): string {
  const prefix = uuidv7Prefix(Math.max(0, timeMs))
  return `${prefix.slice(0, 8)}-${prefix.slice(8)}-7000-8000-000000000000`
}

/** The instant in a UUIDv7, in milliseconds; `undefined` for any other text. */
export function uuidv7Time(id: string): number | undefined {
  return UUID_V7.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined
}

const uuidv7Prefix = (timeMs: number) => Math.floor(timeMs).toString(16).padStart(12, '0')
