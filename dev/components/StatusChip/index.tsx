/** An HTTP status, coloured by what it means and readable without the colour. */
export function StatusChip({ status, text }: { status: number; text: string }) {
  return (
    <span className={status < 400 ? 'chip chip-ok' : 'chip chip-refused'}>
      {status} {text}
    </span>
  )
}
