export interface Bar {
  label: string
  value: number
  unit: string
  isOurs: boolean
}

interface BarChart {
  title: string
  /** One line below the bars. */
  note: string
  isLogarithmic: boolean
  bars: readonly Bar[]
}

const WIDTH = 760
const LABELS = 250
const VALUES = 110
const PLOT = WIDTH - LABELS - VALUES
const TOP = 56
const ROW = 30
/** The chart has its own light background, so the same picture works on light and dark pages. */
const COLOURS = {
  ground: '#f6f8fa',
  text: '#1f2328',
  faint: '#57606a',
  ours: '#0969da',
  others: '#8c959f',
  line: '#d0d7de',
}

/** A horizontal bar chart as SVG text. */
export function barChart({ title, note, isLogarithmic, bars }: BarChart): string {
  const height = TOP + bars.length * ROW + 44
  const values = bars.map(({ value }) => value)
  const scale = isLogarithmic ? logarithmic(values) : linear(values)
  const bottom = TOP + bars.length * ROW
  const description = bars.map((bar) => `${bar.label}: ${amount(bar)}`).join('; ')
  const lines = scale.marks.map((mark) => {
    const x = LABELS + scale.lengthOf(mark)
    return `<line x1="${x}" y1="${TOP - 6}" x2="${x}" y2="${bottom}" stroke="${COLOURS.line}"/>`
  })
  const rows = bars.map((bar, index) => {
    const middle = TOP + index * ROW + ROW / 2
    const length = Math.max(2, scale.lengthOf(bar.value))
    const colour = bar.isOurs ? COLOURS.ours : COLOURS.others
    return [
      `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escaped(bar.label)}</text>`,
      `<rect x="${LABELS}" y="${middle - 9}" width="${length}" height="18" rx="2" fill="${colour}"/>`,
      `<text x="${LABELS + length + 8}" y="${middle + 4}" font-weight="600">${escaped(amount(bar))}</text>`,
    ].join('\n  ')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" fill="${COLOURS.text}">
  <title id="title">${escaped(title)}</title>
  <desc id="description">${escaped(description)}</desc>
  <rect width="${WIDTH}" height="${height}" rx="8" fill="${COLOURS.ground}"/>
  <text x="16" y="30" font-size="16" font-weight="600">${escaped(title)}</text>
  ${lines.join('\n  ')}
  ${rows.join('\n  ')}
  <text x="16" y="${height - 14}" font-size="11" fill="${COLOURS.faint}">${escaped(note)}</text>
</svg>
`
}

interface Scale {
  lengthOf(value: number): number
  /** The positions of the lines. */
  marks: number[]
}

function linear(values: number[]): Scale {
  const most = Math.max(...values)
  return { lengthOf: (value) => round((value / most) * PLOT), marks: [0] }
}

/** Whole powers of ten, from below the smallest value to above the largest. */
function logarithmic(values: number[]): Scale {
  const from = Math.floor(Math.log10(Math.min(...values)))
  const to = Math.ceil(Math.log10(Math.max(...values)))
  return {
    lengthOf: (value) => round(((Math.log10(value) - from) / (to - from)) * PLOT),
    marks: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
  }
}

const round = (value: number) => Math.round(value * 10) / 10

const amount = ({ value, unit }: Bar) =>
  `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit.replace('requests/s', '/s')}`

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
