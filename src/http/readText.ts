import { unreadable } from './readPosition.js'

/** Ten times what an application sends at once, after decompression. */
const MAX_BYTES = 32 * 1024 * 1024

/** The text of an answer. An answer without an end does not fill the memory. */
export async function readText({ body }: Response): Promise<string> {
  if (!body) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parts: string[] = []
  let bytes = 0
  while (true) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > MAX_BYTES) {
      await reader.cancel()
      throw unreadable('its answer is too long')
    }
    parts.push(decoder.decode(value, { stream: true }))
  }
  return parts.join('') + decoder.decode()
}
