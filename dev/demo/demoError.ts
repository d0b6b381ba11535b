/** Something that went wrong outside the proof; its message is all that the reader needs. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}
