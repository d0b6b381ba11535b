/**
 * Preloaded into a child before anything reads the clock. The clock is off by
 * FAULTS_CLOCK_OFFSET_MS, and jumps when `setOffset` is called. With FAULTS_WALL_AGES the monotonic
 * clock jumps too.
 */
let offsetMs = Number(process.env.FAULTS_CLOCK_OFFSET_MS ?? 0)
const RealDate = Date
const now = () => RealDate.now() + offsetMs

globalThis.Date = new Proxy(RealDate, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
})
RealDate.prototype.constructor = globalThis.Date

globalThis[Symbol.for('faults.setClockOffset')] = (ms) => {
  offsetMs = ms
}

if (process.env.FAULTS_WALL_AGES) {
  const startedAt = now()
  performance.now = () => now() - startedAt
}
