import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress } from '../../../src/plugin/request/clientAddress.js'

const from = (forwardedFor: string, trustProxy: number) =>
  clientAddress(new Headers({ 'X-Forwarded-For': forwardedFor }), trustProxy)

describe('the address of the client', () => {
  it('is not read from a header that anyone can send', () => {
    expect(from('203.0.113.7', 0)).toBeUndefined()
    expect(clientAddress(new Headers(), 1)).toBeUndefined()
  })

  it('is the one that the outermost trusted proxy saw', () => {
    expect(from('203.0.113.7', 1)).toBe('203.0.113.7')
    expect(from('203.0.113.7, 10.0.0.2', 2)).toBe('203.0.113.7')
    expect(from(' 203.0.113.7 ,10.0.0.3,  10.0.0.2', 3)).toBe('203.0.113.7')
  })

  it('is not what the client itself put before it', () => {
    expect(from('198.51.100.1, 203.0.113.7', 1)).toBe('203.0.113.7')
    expect(from('198.51.100.1, 198.51.100.2, 203.0.113.7, 10.0.0.2', 2)).toBe('203.0.113.7')
    expect(from('localhost, "; DROP TABLE, 203.0.113.7', 1)).toBe('203.0.113.7')
    const headers = new Headers({ 'X-Forwarded-For': '198.51.100.1' })
    headers.append('X-Forwarded-For', '203.0.113.7')
    expect(clientAddress(headers, 1)).toBe('203.0.113.7')
  })

  it('is unknown when the request passed fewer proxies than are trusted', () => {
    expect(from('203.0.113.7', 2)).toBeUndefined()
    expect(from('', 1)).toBeUndefined()
  })

  it.each([
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['203.0.113.7:443', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (entry, address) => {
    expect(from(`198.51.100.1, ${entry}`, 1)).toBe(address)
  })

  it.each([
    'unknown',
    '_hidden',
    '',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7.',
    '0x7f.1',
    '[203.0.113.7',
    '<script>',
    'example.com',
    '::ffff:999.1.1.1',
    `2001:db8::1${'0'.repeat(5_000)}`,
  ])('%s is not an address', (entry) => {
    expect(from(`198.51.100.1, ${entry}`, 1)).toBeUndefined()
  })

  it('never comes from beyond the trusted proxies', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.ipV4(), { minLength: 1, maxLength: 4 }),
        (claimed, seen) => {
          const header = [claimed.replace(/[^\x20-\x7e]/g, ''), ...seen].join(', ')
          expect(from(header, seen.length)).toBe(seen[0])
        },
      ),
    )
  })
})
