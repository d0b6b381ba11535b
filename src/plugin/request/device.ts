import Bowser from 'bowser'

/** What a session record says about the device. */
export interface Device {
  /** The `User-Agent`, up to 512 characters, without control characters. */
  readonly userAgent: string
  /**
   * A readable name: `Firefox on Windows`, `Safari on iPhone`. Absent when the header does not
   * tell.
   */
  readonly label?: string
}

/** No browser sends more. The limit protects the parser's regular expressions from long input. */
const MAX_LENGTH = 512
const MAX_LABEL_LENGTH = 60

/** What the `User-Agent` says. The client can send anything. `undefined` without the header. */
export function deviceFrom(headers: Headers): Device | undefined {
  const userAgent = cleaned(headers.get('User-Agent') ?? '').slice(0, MAX_LENGTH)
  if (!userAgent) return undefined
  const label = labelOf(userAgent)
  return { userAgent, ...(label && { label: label.slice(0, MAX_LABEL_LENGTH) }) }
}

function labelOf(userAgent: string): string | undefined {
  const { browser, os, platform } = Bowser.parse(userAgent)
  const system = platform.model || os.name
  if (browser.name && system) return `${browser.name} on ${system}`
  return browser.name || system || /^[a-z][\w .-]*(?=\/)/i.exec(userAgent)?.[0]
}

/** Removes control characters, and halves of surrogate pairs, which a database would not store. */
const cleaned = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '').trim()
