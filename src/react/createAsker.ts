import { MOST_REPLACED, type OwnAnswer, readOwnAnswer } from './ownAnswer.js'

export interface AskerOptions {
  /** `GET /api/revocation/live` of the server. */
  url: string
  headers?: Readonly<Record<string, string>> | undefined
  onAnswer: (answer: OwnAnswer) => void
}

/** Asks the server whether the session goes on. */
export interface Asker {
  /**
   * Asks once. Does nothing while an earlier question waits for its answer, or for a while after an
   * answer that the endpoint did not give.
   */
  ask(): void
  close(): void
}

/** After this long a question is given up: some proxies keep it and never answer. */
const GIVE_UP_AFTER_MS = 15_000
/** The pause after the first answer of something else than the endpoint; it doubles with each. */
const FIRST_PAUSE_MS = 4_000
const LONGEST_PAUSE_MS = 60_000
/** Answers further apart have nothing to do with one another: other tabs were told better since. */
const IN_A_ROW_MS = 30_000

export function createAsker({ url, headers, onAnswer }: AskerOptions): Asker {
  let question: AbortController | undefined
  let isClosed = false
  let odd = 0
  let replaced = 0
  let replacedAt = 0
  let notBefore = 0

  /** A token that stays replaced has no successor in this browser. */
  const settled = (answer: OwnAnswer): OwnAnswer => {
    const now = Date.now()
    if (answer.type !== 'replaced' || now - replacedAt > IN_A_ROW_MS) replaced = 0
    if (answer.type !== 'replaced') return answer
    replacedAt = now
    replaced += 1
    return replaced > MOST_REPLACED ? { type: 'signed-out', reason: undefined } : answer
  }

  const ask = async () => {
    const current = new AbortController()
    question = current
    const limit = setTimeout(() => current.abort(), GIVE_UP_AFTER_MS)
    try {
      const response = await fetch(url, {
        headers: { ...headers, Accept: 'application/json' },
        cache: 'no-store',
        credentials: 'include',
        signal: current.signal,
      })
      const answer = await readOwnAnswer(response)
      odd = answer ? 0 : odd + 1
      if (odd > 0) {
        notBefore = Date.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (odd - 1))
      }
      if (answer && !isClosed) onAnswer(settled(answer))
    } catch {
      // No network: the tab asks again later.
    } finally {
      clearTimeout(limit)
      question = undefined
    }
  }

  return {
    ask() {
      if (!question && !isClosed && Date.now() >= notBefore) void ask()
    },
    close() {
      isClosed = true
      question?.abort()
    },
  }
}
