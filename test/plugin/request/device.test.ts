import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceFrom } from '../../../src/plugin/request/device.js'
import { BROWSERS } from '../../support/browsers.js'
import { computingTimeOf } from '../../support/ownTime.js'

const from = (userAgent: string) => deviceFrom(new Headers({ 'User-Agent': userAgent }))

describe('the device that a User-Agent names', () => {
  it.each([
    ...Object.entries(BROWSERS).map(([label, userAgent]) => [userAgent, label]),
    ['curl/8.5.0', 'curl'],
    ['PostmanRuntime/7.3', 'PostmanRuntime'],
  ])('%s is %s', (userAgent, label) => {
    expect(from(userAgent)).toEqual({ userAgent, label })
  })

  it('has no label when nobody can tell', () => {
    expect(from('???')).toEqual({ userAgent: '???' })
  })

  it('is unknown without the header', () => {
    expect(deviceFrom(new Headers())).toBeUndefined()
    expect(from('')).toBeUndefined()
    expect(from('\u0081\u0082')).toBeUndefined()
  })

  it('is cut beyond what browsers send, and parsed quickly', () => {
    const odd = ['x'.repeat(100_000), 'Mozilla/5.0 ('.repeat(9_000), '/ '.repeat(50_000)]
    const ms = computingTimeOf(() => {
      for (const userAgent of odd) {
        const device = from(userAgent)
        expect(device?.userAgent.length).toBeLessThanOrEqual(512)
        expect(device?.label?.length ?? 0).toBeLessThanOrEqual(60)
      }
    })
    expect(ms).toBeLessThan(1_000)
  })

  it('can be read from any bytes, and contains no control characters', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 600 })
    fc.assert(
      fc.property(bytes, (codes) => {
        const value = String.fromCharCode(...codes.filter((code) => ![0, 10, 13].includes(code)))
        const device = from(value)
        expect(`${device?.userAgent}${device?.label}`).not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  it('is not confused by built-in names of the language', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(from(`${name}/1`)?.label ?? name).toContain(name)
    }
  })
})
