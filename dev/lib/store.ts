/** Describes the store that carries the denylist, without any password. */
export function describeStore(redisUrl = process.env.REDIS_URL): string {
  if (!redisUrl) return "embedded: Payload's own database"
  return `Redis at ${maskPassword(redisUrl)}`
}

function maskPassword(redisUrl: string): string {
  if (!URL.canParse(redisUrl)) return '(REDIS_URL is not a URL)'
  const url = new URL(redisUrl)
  if (url.password) url.password = '***'
  url.search = ''
  return url.href
}
