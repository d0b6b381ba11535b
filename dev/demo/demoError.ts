/** An error outside the proof. Its message is all that the reader needs. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}
