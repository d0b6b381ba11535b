/**
 * A body's text, of `maxBytes` at most; `undefined` when there is more, which is not read.
 * Empty without a body.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null | undefined,
  { maxBytes }: { maxBytes: number },
): Promise<string | undefined> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > maxBytes) {
      // The copy of a body waits for the end of the original as well.
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
