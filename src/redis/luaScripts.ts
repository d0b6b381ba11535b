/**
 * Sets a marker that lives at least `ARGV[2]` ms. A second revocation of the same subject never
 * shortens the first, and the one that takes effect first counts. `KEYS[1]` key, `ARGV[1]` value.
 */
export const PUT_WHOLE = `
local function effect(value) return tonumber(string.match(value, ' (%d+)$') or 0) end
local old, ttl = redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])
local isLonger = ttl < tonumber(ARGV[2])
if not old or effect(ARGV[1]) < effect(old) or (isLonger and effect(ARGV[1]) == effect(old)) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', isLonger and ARGV[2] or ttl)
elseif isLonger then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end`

/**
 * Sets many markers whose keys do not exist: `KEYS` keys, `ARGV` value and TTL in ms for each.
 * Returns the positions (from 0) of the keys that exist. A Cluster takes no such script.
 */
export const PUT_ALL = `
local there = {}
for i, key in ipairs(KEYS) do
  local put = redis.call('SET', key, ARGV[2 * i - 1], 'PX', ARGV[2 * i], 'NX')
  if not put then there[#there + 1] = i - 1 end
end
return there`

/**
 * Merges a cut-off into the key of a user or of everyone. The stricter one wins. The value is
 * `<cut-off>`, or `<cut-off> <sid> <other>`: then tokens of session <sid> (percent-encoded) are
 * compared with <other> instead. `KEYS[1]` key, `ARGV[1]` cut-off in ms, `ARGV[2]` the spared
 * session or empty, `ARGV[3]` TTL in ms.
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
/**
 * Appends many entries to the log at once: `KEYS[1]` log, `ARGV[1]` the id before which the log is
 * trimmed (0: not at all), the rest are values of the field `r`. Returns the id of the last entry.
 */
export const APPEND_ALL = `
local id
for i = 2, #ARGV do
  if i == 2 and ARGV[1] ~= '0' then
    id = redis.call('XADD', KEYS[1], 'MINID', '~', ARGV[1], '*', 'r', ARGV[i])
  else
    id = redis.call('XADD', KEYS[1], '*', 'r', ARGV[i])
  end
end
return id`

/**
 * Entries of the log, with the first and the last id apart, as one text in JSON. A client reads that
 * in a fraction of the time that it needs for as many replies. `KEYS[1]` log, `ARGV[1]` the first id,
 * `ARGV[2]` how many entries.
 */
export const READ_LOG = `
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
if #entries == 0 then return {0} end
return {#entries, entries[1][1], entries[#entries][1], cjson.encode(entries)}`

/**
 * The epoch and the server process that answers. `run_id` is empty if the user may not run `INFO`.
 * It is one script, so that on a Cluster both come from the node that holds the key. A replica
 * refuses to answer, because nobody writes to it and its data may lag behind.
 */
export const READ_EPOCH = `
local role = redis.pcall('INFO', 'replication')
if type(role) == 'string' and string.find(role, 'role:slave', 1, true) then
  return redis.error_reply('READONLY a replica answers')
end
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
return {redis.call('GET', KEYS[1]) or '', run}`

/** Deletes `KEYS[1]` if it still holds `ARGV[1]`. */
export const DELETE_IF = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/**
 * Extends the life of `KEYS[1]` to `ARGV[2]` ms if it still holds `ARGV[1]`; 0 when it does not.
 */
export const EXTEND_IF = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`
