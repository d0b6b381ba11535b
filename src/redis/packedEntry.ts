import { promisify } from 'node:util'
import { deflateRaw, inflateRawSync } from 'node:zlib'
import type { Revocation } from '../core/revocation.js'
import { fromLogEntry, toLogEntry } from './logEntry.js'

/** The field of an entry with many revocations. Another format gets another name. */
const NAME = 'z'
/** An entry has 500, and none of them has a kilobyte. */
const LONGEST_TEXT = 4_194_304

const compress = promisify(deflateRaw)

/**
 * Many revocations in one entry of the stream, as a filling of Redis writes them: a single field
 * `z`. Its value is the base64 of their texts (see `logEntry.ts`), one in each line, compressed with
 * raw DEFLATE (RFC 1951). That takes less than half of the memory of single entries.
 *
 * A release that does not know the field must not claim to know everything, as with any entry that
 * it cannot read.
 */
export async function toPackedEntry(
  revocations: readonly Revocation[],
): Promise<[name: string, value: string]> {
  const text = revocations.map((each) => toLogEntry(each)[1]).join('\n')
  return [NAME, (await compress(text)).toString('base64')]
}

/** The revocations in an entry, packed or single; `undefined` if one of them cannot be read. */
export function revocationsIn(fields: readonly string[]): readonly Revocation[] | undefined {
  if (fields[0] !== NAME) {
    const single = fromLogEntry(fields)
    return single && [single]
  }
  const revocations: Revocation[] = []
  for (const line of linesOf(fields[1] ?? '')) {
    const revocation = fromLogEntry(['r', line])
    if (!revocation) return undefined
    revocations.push(revocation)
  }
  return revocations
}

function linesOf(packed: string): readonly string[] {
  try {
    const text = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: LONGEST_TEXT })
    return text.toString('latin1').split('\n')
  } catch {
    return ['']
  }
}
