import { isIP } from 'node:net'

/**
 * The address of the client, as the outermost of `trustProxy` trusted proxies saw it. Each proxy
 * appends who connected to it, so only the last `trustProxy` entries of `X-Forwarded-For` were
 * written by them; whatever stands before came from the client and says nothing. `undefined`
 * when no proxy is trusted, when there are fewer entries than proxies, or for anything that is no
 * IP address.
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
