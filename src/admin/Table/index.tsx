import type { ReactNode } from 'react'

type Name = { 'aria-label': string } | { 'aria-labelledby': string }

/** A table in the look of Payload's lists, with headings that a screen reader tells with each cell. */
export function Table({
  children,
  headings,
  ...name
}: Name & {
  /** The rows. */
  children: ReactNode
  headings: readonly string[]
}) {
  return (
    <div className="table jwt-table">
      <table {...name}>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
