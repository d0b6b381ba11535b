import Bowser from 'bowser'

/** What a session's record says of the device. */
export interface Device {
  /** The `User-Agent`, up to 512 characters, without control characters. */
  readonly userAgent: string
  /** As people would call it: `Firefox on Windows`, `Safari on iPhone`. Absent when the header tells nothing. */
  readonly label?: string
}

/** Nobody's browser sends more, and the parser's regular expressions shall not work for a joker. */
const MAX_LENGTH = 512
const MAX_LABEL_LENGTH = 60

/** What the `User-Agent` tells; the client may send whatever it likes. `undefined` without one. */
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

/** Control characters, and halves of surrogate pairs, which a database would not store. */
const cleaned = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '').trim()
