/**
 * The text of a body, if it has at most `maxBytes`; `undefined` if it is longer. Empty without a
 * body. Rejects with the signal's reason when that aborts first.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null | undefined,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
): Promise<string | undefined> {
  const reader = body?.getReader()
  // A pending read then resolves, as at the end of the body.
  signal?.addEventListener('abort', () => void reader?.cancel().catch(() => {}))
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  while (reader) {
    const { done, value } = await reader.read()
    signal?.throwIfAborted()
    if (done) break
    bytes += value.byteLength
    if (bytes > maxBytes) {
      // The copy of a body waits for the end of the original too.
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
