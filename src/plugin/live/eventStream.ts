import type { LiveEvents } from '../../wire/live.js'

/** One open answer of server-sent events (WHATWG HTML §9.2). */
export interface EventStream {
  /** Sends an event, its data as JSON. `false` when the stream is over or nobody reads it. */
  send<Name extends keyof LiveEvents>(event: Name, data: LiveEvents[Name]): boolean
  /** Sends a comment, which tells both sides that the other is there. */
  beat(): boolean
  close(): void
  readonly response: Response
}

/** What a reader may leave unread before it counts as gone, in chunks. */
const MOST_UNREAD = 32

export interface EventStreamOptions {
  /** Milliseconds after which a browser's `EventSource` may come back. */
  retryMs: number
  /** The request's own signal. */
  signal?: AbortSignal | undefined
  /** Called once, whichever side ended it. */
  onClose: () => void
}

/** Opens a stream of events. Proxies and Next.js are told neither to keep nor to compress it. */
export function openEventStream({ retryMs, signal, onClose }: EventStreamOptions): EventStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let isOpen = true

  const over = () => {
    if (!isOpen) return
    isOpen = false
    signal?.removeEventListener('abort', close)
    onClose()
  }

  const close = () => {
    if (!isOpen) return
    over()
    controller?.close()
  }

  const write = (text: string): boolean => {
    if (!isOpen || !controller) return false
    controller.enqueue(encoder.encode(text))
    if ((controller.desiredSize ?? 0) > -MOST_UNREAD) return true
    close()
    return false
  }

  const body = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own
    },
    cancel: over,
  })
  write(`retry: ${retryMs}\n\n`)
  // Not before the caller has what this function returns.
  if (signal?.aborted) queueMicrotask(close)
  else signal?.addEventListener('abort', close)

  return {
    send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    beat: () => write(':\n\n'),
    close,
    response: new Response(body, {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      },
    }),
  }
}
