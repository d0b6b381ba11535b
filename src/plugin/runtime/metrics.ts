import { type MeterProvider, metrics } from '@opentelemetry/api'
import type { Denylist } from '../../core/denylist.js'
import type { Refusal } from '../../core/refusal.js'
import type { Revocation } from '../../core/revocation.js'

/** Metrics for OpenTelemetry. Nothing happens if the application has no SDK. */
function createInstruments(provider: MeterProvider) {
  const meter = provider.getMeter('payload-jwt-revocation')
  return {
    meter,
    recorded: meter.createCounter('jwt_revocation.recorded', {
      description: 'Revocations that this process recorded, by scope and reason.',
    }),
    refused: meter.createCounter('jwt_revocation.refused', {
      description: 'Requests whose token was refused, by status: revoked or unknown.',
    }),
    serviceFailures: meter.createCounter('jwt_revocation.service_failures', {
      description: 'Failed authentications of services, by service; `unknown` for unknown ids.',
    }),
    staleness: meter.createObservableGauge('jwt_revocation.staleness', {
      unit: 's',
      description: 'How long ago the denylist of this process was last known to be complete.',
    }),
    entries: meter.createObservableGauge('jwt_revocation.entries', {
      description: 'Revocations in force in the denylist of this process, by scope.',
    }),
    backlog: meter.createObservableGauge('jwt_revocation.backlog', {
      description: 'Revocations that wait to be sent to the feed.',
    }),
    feedLag: meter.createObservableGauge('jwt_revocation.feed_lag', {
      unit: 's',
      description: 'How long ago this process last had everything in the feed.',
    }),
  }
}

const made = new WeakMap<MeterProvider, ReturnType<typeof createInstruments>>()

/** The instruments of the SDK that the application has registered by now. */
function instruments() {
  const provider = metrics.getMeterProvider()
  const found = made.get(provider) ?? createInstruments(provider)
  made.set(provider, found)
  return found
}

export const countRevocation = ({ scope, reason }: Revocation) =>
  instruments().recorded.add(1, { scope, reason })

export const countRefusal = ({ status }: Refusal) => instruments().refused.add(1, { status })

export const countServiceFailure = (service: string) =>
  instruments().serviceFailures.add(1, { service })

/** Makes the gauges report this denylist until the returned function is called. */
export function observe(denylist: Denylist): () => void {
  const { meter, staleness, entries, backlog, feedLag } = instruments()
  const gauges = [staleness, entries, backlog, feedLag]
  const read: Parameters<typeof meter.addBatchObservableCallback>[0] = (result) => {
    const { isAtRest, stalenessMs, size, backlog: waiting, feedLagMs } = denylist.state
    // A denylist at rest answers nobody, so its staleness must not raise an alarm.
    if (Number.isFinite(stalenessMs) && !isAtRest) result.observe(staleness, stalenessMs / 1_000)
    for (const [scope, count] of Object.entries(size)) result.observe(entries, count, { scope })
    result.observe(backlog, waiting)
    if (feedLagMs !== undefined && !isAtRest) result.observe(feedLag, feedLagMs / 1_000)
  }
  meter.addBatchObservableCallback(read, gauges)
  return () => meter.removeBatchObservableCallback(read, gauges)
}
