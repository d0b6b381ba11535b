import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN } from '../../support/baseConfig.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import { login } from '../../support/login.js'

const healthSecret = 'a-secret-of-sixteen-or-more'
const PATH = '/api/revocation/health'

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
const provider = new MeterProvider({ readers: [reader] })
metrics.setGlobalMeterProvider(provider)
afterAll(async () => {
  metrics.disable()
  await provider.shutdown()
})

describe('the health endpoint', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({
      plugin: {
        healthSecret,
        maxStaleness: 0.2,
        pollInterval: 0.05,
        access: { administrator: ({ req }) => req.user?.role === 'admin' },
      },
    })
    await app.payload.create({ collection: 'users', data: { ...ADMIN, role: 'admin' } })
  })
  afterAll(() => app.close())

  const bySecret = () => app.request(PATH, { headers: { Authorization: `Bearer ${healthSecret}` } })

  it('shows an administrator and the holder of the secret what the denylist contains', async () => {
    const session = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    const admin = await login(app, ADMIN)
    for (const response of [await app.request(PATH, { headers: admin.jwt }), await bySecret()]) {
      expect(response.status).toBe(200)
      const body = await response.json()
      // Seconds. What was just read is younger than the bound.
      expect(body.staleness).toBeLessThan(0.2)
      expect(body).toEqual({
        status: 'ok',
        mode: 'embedded',
        atRest: false,
        staleness: expect.any(Number),
        maxStaleness: 0.2,
        whenStale: 'refuse',
        clockOffset: expect.any(Number),
        entries: { token: 1, session: 1, user: 0, everyone: 0 },
        backlog: 0,
        feed: null,
      })
    }
  })

  it('is closed to everyone else', async () => {
    expect((await app.request(PATH)).status).toBe(401)
    const wrong = { Authorization: 'Bearer a-secret-of-sixteen-or-less' }
    expect((await app.request(PATH, { headers: wrong })).status).toBe(401)
    const member = await login(app)
    expect((await app.request(PATH, { headers: member.jwt })).status).toBe(403)
  })

  it('answers 503 while the denylist is stale, and 200 when it is fresh again', async () => {
    const mend = breakReads(app.payload)
    await expect.poll(async () => (await bySecret()).status).toBe(503)
    mend()
    await expect.poll(async () => (await bySecret()).status).toBe(200)
  })

  it('has its figures in OpenTelemetry too', async () => {
    const session = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await app.request('/api/posts', { headers: session.jwt })
    await provider.forceFlush()
    const points = Object.fromEntries(
      exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap((each) => each.metrics)
        .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]),
    )
    const recorded = points['jwt_revocation.recorded']?.find(
      ({ attributes }) => attributes.scope === 'session',
    )
    expect(recorded?.value).toBeGreaterThanOrEqual(2)
    expect(points['jwt_revocation.refused']?.[0]?.value).toBeGreaterThanOrEqual(1)
    const held = points['jwt_revocation.entries']?.find(
      ({ attributes }) => attributes.scope === 'token',
    )
    expect(held?.value).toBe(2)
    expect(points['jwt_revocation.staleness']?.[0]?.value).toBeGreaterThanOrEqual(0)
  })
})
