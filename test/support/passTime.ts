const { Date: RealDate } = globalThis
const realNow = performance.now
let passedMs = 0

const now = () => RealDate.now() + passedMs

/** Differs from the real one in what it shows: each of them makes the same instants. */
const AheadDate = new Proxy(RealDate, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
})

/**
 * Lets time pass at once, by both clocks of this process and so for the databases of its apps, as
 * if everything had stood still meanwhile. Timers do not hear of it.
 */
export function passTime(ms: number) {
  passedMs += ms
  globalThis.Date = AheadDate
  performance.now = () => realNow.call(performance) + passedMs
}

/** The clocks show again what they would have shown. Nothing may run that has seen the others. */
export function resetTime() {
  passedMs = 0
  globalThis.Date = RealDate
  performance.now = realNow
}
