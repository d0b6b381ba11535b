/**
 * Sets a marker that lives at least `ARGV[2]` ms: a second revocation of the same subject never
 * shortens the first. `KEYS[1]` key, `ARGV[1]` reason.
 */
export const PUT_WHOLE = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end`

/**
 * Merges a cut-off into a user's (or everyone's): the strictest counts. The value is `<cut-off>`,
 * or `<cut-off> <sid> <other>`: tokens of session <sid> (percent-encoded) are then measured by <other> instead.
 * `KEYS[1]` key, `ARGV[1]` cut-off in ms, `ARGV[2]` the spared session or empty, `ARGV[3]` TTL in ms.
 */
export const PUT_CUTOFF = `
local latest, except, other = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) ?(%S*) ?(%d*)$')
latest, except, other = tonumber(latest or 0), except or '', tonumber(other or 0) or 0
local cutoff, spared = tonumber(ARGV[1]), ARGV[2]
local same = spared ~= '' and spared == except
if cutoff > latest then
  if not same then other = latest end
  latest, except = cutoff, spared
elseif not same and cutoff > other then
  other = cutoff
end
local value = string.format('%.0f', latest)
if except ~= '' then value = value .. ' ' .. except .. ' ' .. string.format('%.0f', other) end
local ttl = math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[3]))
redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', ttl))`
