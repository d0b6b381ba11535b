/**
 * A database adapter. Payload's adapter for Cloudflare's D1 says that its statements take few
 * parameters.
 */
interface Adapter {
  readonly limitedBoundParameters?: boolean
}

/** https://developers.cloudflare.com/d1/platform/limits/ */
const D1_PARAMETERS = 100
/** PostgreSQL takes 65,535, SQLite 32,766. MongoDB has no such limit. */
const PARAMETERS = 30_000
/** A statement's other conditions, such as a time or a user. */
const OTHERS = 10

/**
 * Splits values so that the database takes each batch in one statement, beside up to ten other
 * parameters. Everything that puts a list into a statement uses this.
 *
 * @param each how many parameters one value needs
 */
export function inBatches<Value>(
  db: object,
  values: readonly Value[],
  { each = 1 }: { each?: number } = {},
): (readonly Value[])[] {
  const { limitedBoundParameters } = db as Adapter
  const most = (limitedBoundParameters ? D1_PARAMETERS : PARAMETERS) - OTHERS
  const size = Math.max(1, Math.floor(most / each))
  const batches: (readonly Value[])[] = []
  for (let first = 0; first < values.length; first += size)
    batches.push(values.slice(first, first + size))
  return batches
}
