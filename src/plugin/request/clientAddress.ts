import { isIP } from 'node:net'

/**
 * The address of the client, as the outermost of `trustProxy` trusted proxies saw it. Each proxy
 * appends the address that connected to it, so only the last `trustProxy` entries of
 * `X-Forwarded-For` come from them. Earlier entries come from the client and prove nothing.
 * `undefined` when no proxy is trusted, when there are fewer entries than proxies, or when the
 * entry is not an IP address.
 */
export function clientAddress(headers: Headers, trustProxy: number): string | undefined {
  if (trustProxy < 1) return undefined
  const entries = headers.get('X-Forwarded-For')?.split(',') ?? []
  const entry = entries[entries.length - trustProxy]
  return entry === undefined ? undefined : addressIn(entry.trim())
}

/** Some proxies add the port: `192.0.2.1:443`, `[2001:db8::1]:443`. */
function addressIn(entry: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1]
  const [address = ''] = (bare ?? entry).toLowerCase().split('%')
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1]
  if (mapped && isIP(mapped) === 4) return mapped
  return isIP(address) ? address : undefined
}
