/**
 * The text of a body, if it has at most `maxBytes`; `undefined` if it is longer. Empty without a
 * body.
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
      // The copy of a body waits for the end of the original too.
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
