/** An HTTP status. Its colour shows the meaning, and it is readable without the colour. */
export function StatusChip({ status, text }: { status: number; text: string }) {
  return (
    <span className={status < 400 ? 'chip chip-ok' : 'chip chip-refused'}>
      {status} {text}
    </span>
  )
}
