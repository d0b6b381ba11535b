const { Date: RealDate } = globalThis
const realNow = performance.now
let passedMs = 0

const now = () => RealDate.now() + passedMs

/** Differs from the real one in what it shows. Both create the same instants. */
const AheadDate = new Proxy(RealDate, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
})

/**
 * Makes time pass at once, on both clocks of this process and so for the databases of its apps, as
 * if everything had stood still in the meantime. Timers do not notice.
 */
export function passTime(ms: number) {
  passedMs += ms
  globalThis.Date = AheadDate
  performance.now = () => realNow.call(performance) + passedMs
}

/** The clocks show the real time again. Nothing may be running that saw the changed time. */
export function resetTime() {
  passedMs = 0
  globalThis.Date = RealDate
  performance.now = realNow
}
