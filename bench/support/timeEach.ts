import { quantile } from './figures.js'

/** Microseconds. */
export interface Timing {
  p50: number
  p99: number
}

/** Times each call separately. The time includes the clock's own cost (see {@link timeClock}). */
export function timeEach(count: number, work: (index: number) => void): Timing {
  const samples = new Float64Array(count)
  for (let index = 0; index < count; index += 1) {
    const start = performance.now()
    work(index)
    samples[index] = performance.now() - start
  }
  return timingOf(samples)
}

const BATCH = 50

/**
 * For work that is as short as reading the clock. Each sample is the mean of 50 calls, so the p99
 * is that of such batches.
 */
export function timeBatches(count: number, work: (index: number) => void): Timing {
  const samples = new Float64Array(Math.floor(count / BATCH))
  for (let batch = 0; batch < samples.length; batch += 1) {
    const start = performance.now()
    for (let index = batch * BATCH; index < (batch + 1) * BATCH; index += 1) work(index)
    samples[batch] = (performance.now() - start) / BATCH
  }
  return timingOf(samples)
}

/**
 * Like {@link timeBatches}, with arguments that are made right before the batch, outside the
 * measurement. A real request also reads its token shortly before it asks, so the token's text is
 * in the processor's cache, and what is known about the token is not.
 */
export function timeFresh<Item>(
  count: number,
  make: (count: number) => Item[],
  work: (item: Item) => void,
): Timing {
  const samples = new Float64Array(Math.floor(count / BATCH))
  for (let batch = 0; batch < samples.length; batch += 1) {
    const items = make(BATCH)
    const start = performance.now()
    for (const item of items) work(item)
    samples[batch] = (performance.now() - start) / BATCH
  }
  return timingOf(samples)
}

/** Like {@link timeEach}, but each call waits for the one before. */
export async function timeEachInTurn(
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<Timing> {
  const samples = new Float64Array(count)
  for (let index = 0; index < count; index += 1) {
    const start = performance.now()
    await work(index)
    samples[index] = performance.now() - start
  }
  return timingOf(samples)
}

/** What reading the clock adds to each sample. */
export const timeClock = (count: number): Timing => timeEach(count, () => {})

const timingOf = (samples: Float64Array): Timing => ({
  p50: quantile(samples, 0.5) * 1_000,
  p99: quantile(samples, 0.99) * 1_000,
})
