/** Where a reader stands. All times are by the ledger's clock. */
export type Cursor =
  /**
   * It knows everything before `at`, and of the news of this process everything up to `seq`.
   * Another process goes by `at`.
   */
  | { readonly kind: 'news'; readonly at: number; readonly process: string; readonly seq: number }
  /** It reads everything in force, and has read the rows up to this one. It began at `at`. */
  | {
      readonly kind: 'snapshot'
      readonly at: number
      readonly expiresAt: number
      readonly id: string
    }
  /** It reads what came lately, and has read the rows up to this one. It began at `at`. */
  | { readonly kind: 'recent'; readonly at: number; readonly id: string }

/** The process of a reader that has read no news of any process. */
export const NO_PROCESS = '-'

const LETTER = { news: 'n', snapshot: 's', recent: 'r' } as const

export function toText(epoch: string, cursor: Cursor): string {
  const { kind, at } = cursor
  const rest = {
    news: () => (cursor.kind === 'news' ? [cursor.process, cursor.seq] : []),
    snapshot: () => (cursor.kind === 'snapshot' ? [cursor.expiresAt, cursor.id] : []),
    recent: () => (cursor.kind === 'recent' ? [cursor.id] : []),
  }[kind]()
  return [LETTER[kind], epoch, at, ...rest].join('.')
}

/**
 * `undefined` for the cursor of another ledger or of another release, and for any other text. Its
 * reader gets a snapshot.
 */
export function fromText(epoch: string, text: string): Cursor | undefined {
  if (!/^[\w.-]{1,200}$/.test(text)) return undefined
  const [letter, ofEpoch, time, ...rest] = text.split('.')
  const at = wholeNumber(time)
  if (ofEpoch !== epoch || at === undefined) return undefined
  if (letter === LETTER.recent && rest.length === 1)
    return { kind: 'recent', at, id: rest[0] ?? '' }
  if (rest.length !== 2) return undefined
  const [first = '', second = ''] = rest
  if (letter === LETTER.snapshot) {
    const expiresAt = wholeNumber(first)
    return expiresAt === undefined ? undefined : { kind: 'snapshot', at, expiresAt, id: second }
  }
  const seq = wholeNumber(second)
  if (letter !== LETTER.news || seq === undefined) return undefined
  return { kind: 'news', at, process: first, seq }
}

/** Below the year 9999, so that every database takes it for a date. */
const LATEST = 253_402_300_799_999

const wholeNumber = (text = ''): number | undefined =>
  /^\d{1,15}$/.test(text) && Number(text) <= LATEST ? Number(text) : undefined
