/** One measured quantity. */
export interface Figure {
  name: string
  unit: string
  /** The median of `runs`: what the table shows. */
  median: number
  /** One value per round, in the order of measurement. */
  runs: number[]
}

/** The result of a function that a file of this folder exports. */
export interface Answer {
  question: string
  /** What was measured, and how. */
  how: string
  figures: Figure[]
  /** The goals, and the results. */
  goals?: Goal[]
}

/** A figure and the value that it should reach. */
export interface Goal {
  name: string
  /** Such as `≥ 80 ×`. */
  target: string
  reached: number
  isMet: boolean
}

export const figure = (name: string, unit: string, runs: number[]): Figure => ({
  name,
  unit,
  median: rounded(median(runs)),
  runs: runs.map(rounded),
})

export const atLeast = ({ name, median, unit }: Figure, target: number): Goal => ({
  name,
  target: `≥ ${target.toLocaleString('en')} ${unit}`,
  reached: median,
  isMet: median >= target,
})

export const atMost = ({ name, median, unit }: Figure, target: number): Goal => ({
  name,
  target: `≤ ${target.toLocaleString('en')} ${unit}`,
  reached: median,
  isMet: median <= target,
})

/**
 * How many times as large `one` is as `other`, round by round, because they ran one after another.
 */
export const ratio = (name: string, one: number[], other: number[]): Figure =>
  figure(
    name,
    '×',
    one.map((value, round) => value / (other[round] ?? Number.NaN)),
  )

/** The value below which `share` (0 to 1) of the samples are. */
export function quantile(samples: Float64Array | number[], share: number): number {
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Collects one value per round under each name. */
export class Rounds<Name extends string> {
  readonly #values = new Map<Name, number[]>()

  add(name: Name, value: number) {
    this.#values.set(name, [...this.of(name), value])
  }

  of(name: Name): number[] {
    return this.#values.get(name) ?? []
  }
}

/** The names in another order each round, so that none always runs first. */
export const rotated = <Name>(names: readonly Name[], round: number): Name[] =>
  names.map((_, index) => names[(index + round) % names.length] as Name)

const rounded = (value: number) => Number(value.toPrecision(4))
