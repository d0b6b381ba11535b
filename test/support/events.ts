/** An event of a stream, as a browser would deliver it. */
export interface ServerEvent {
  event: string
  data: unknown
}

/** Reads server-sent events from a response, as they come. */
export function readEvents(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) throw new Error('The response has no body')
  const waiting: ServerEvent[] = []
  let text = ''
  let isOver = false

  const takeIn = async () => {
    const { done, value } = await reader.read()
    if (done) {
      isOver = true
      return
    }
    text += value
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (event) waiting.push({ event, data: JSON.parse(data ?? 'null') })
    }
  }

  return {
    /** The next event; `undefined` when the stream is over. */
    async next(): Promise<ServerEvent | undefined> {
      while (waiting.length === 0 && !isOver) await takeIn()
      return waiting.shift()
    },
    cancel: () => reader.cancel(),
  }
}
