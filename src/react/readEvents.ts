/** A server-sent event, or a comment, which says no more than that the other side is there. */
export type StreamItem = { readonly event: string; readonly data: unknown } | 'comment'

/**
 * The events of a response as they come (WHATWG HTML §9.2.6, as far as our own server uses it).
 * `fetch` and not `EventSource`, which shows neither the status nor the body of a refusal.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamItem> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (true) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) yield itemOf(block)
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

function itemOf(block: string): StreamItem {
  let event: string | undefined
  let data = ''
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice('event: '.length)
    if (line.startsWith('data: ')) data += line.slice('data: '.length)
  }
  return event === undefined ? 'comment' : { event, data: parse(data) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
