/** Plain lines, with colour only on a terminal and never against NO_COLOR. */
const hasColour = process.stdout.isTTY === true && !process.env.NO_COLOR

const paint = (code: number) => (text: string) =>
  hasColour ? `\u001b[${code}m${text}\u001b[0m` : text

export const bold = paint(1)
const dim = paint(2)
export const green = paint(32)
export const red = paint(31)

const requestWidth = 56

export function line(text = ''): void {
  console.log(text)
}

export function title(number: number, text: string): void {
  line()
  line(`${bold(`${number}  ${text}`)}`)
}

/** `GET /api/users/me ........ 401`, green if the status was expected. */
export function exchange(request: string, status: number, isExpected: boolean): void {
  const dots = '.'.repeat(Math.max(3, requestWidth - request.length))
  line(`   ${request} ${dim(dots)} ${(isExpected ? green : red)(String(status))}`)
}

export function fact(name: string, value: string): void {
  line(`     ${dim(name.padEnd(16))} ${value}`)
}

export function failure(text: string): void {
  line(`   ${red('FAILED')} ${text}`)
}

export function box(lines: readonly string[]): void {
  const width = Math.max(...lines.map((text) => text.length))
  line(`┌${'─'.repeat(width + 4)}┐`)
  for (const text of lines) line(`│  ${text.padEnd(width)}  │`)
  line(`└${'─'.repeat(width + 4)}┘`)
}

/** Announces work that takes a while, and prints how long it took. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`${what} … `)
  const start = performance.now()
  try {
    const result = await work()
    line(`${((performance.now() - start) / 1_000).toFixed(1)} s`)
    return result
  } catch (error) {
    line(red('failed'))
    throw error
  }
}
