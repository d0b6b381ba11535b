/** What was typed into one form and is not saved; `undefined` when there is nothing. */
type ReadUnsaved = () => string | undefined

/** The forms that are open in this tab: a document, and others in drawers above it. */
const forms = new Set<ReadUnsaved>()

/** @returns takes the form away */
export function addUnsavedForm(read: ReadUnsaved): () => void {
  forms.add(read)
  return () => void forms.delete(read)
}

/** Of all forms together. */
export function unsavedText(): string | undefined {
  const texts = [...forms].map((read) => read()).filter((text) => text !== undefined)
  return texts.length > 0 ? texts.join('\n\n') : undefined
}
