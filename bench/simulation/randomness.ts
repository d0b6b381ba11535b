/** Numbers that look random and are the same for the same seed. */
export interface Randomness {
  /** From 0 to below 1. */
  share(): number
  /** From `least` to below `limit`. */
  between(least: number, limit: number): number
  /** An integer from 0 to below `count`. */
  below(count: number): number
  /** Exponentially distributed, at least 0. */
  exponential(mean: number): number
}

/** A linear congruential generator with a mixed output, as PCG (O'Neill 2014) has one. */
export function randomness(seed: number): Randomness {
  let state = BigInt(seed) * 2n + 1n
  const share = () => {
    state =
      (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn
    const mixed = Number((state ^ (state >> 22n)) >> (22n + (state >> 61n))) >>> 0
    return mixed / 2 ** 32
  }
  return {
    share,
    between: (least, limit) => least + share() * (limit - least),
    below: (count) => Math.floor(share() * count),
    exponential: (mean) => -mean * Math.log(1 - share()),
  }
}
