const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * A UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits.
 *
 * @param timeMs the instant to carry, in milliseconds since the epoch
 */
export function uuidv7(timeMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const random = Array.from(bytes.subarray(6), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
  const hex = uuidv7Prefix(timeMs) + random
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
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
