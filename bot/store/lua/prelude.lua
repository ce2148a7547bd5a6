-- Prefix of each script, after two lines: `local LEVEL = …`, the level of the process that runs it,
-- and `local HEAVY = …`, the set of wake-ups for heavy effects. KEYS[1]: the prefix of the
-- workspace. Times are real, ms.
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local p = KEYS[1]
local store_level = tonumber(redis.call('GET', p .. 'level') or '0')
if store_level > LEVEL then return redis.error_reply('TOOOLD ' .. store_level) end
local function nudge()
  redis.call('LPUSH', p .. 'nudge', '1')
  redis.call('LTRIM', p .. 'nudge', 0, 0)
end
local function release_lock(lock, token)
  if redis.call('GET', p .. lock) ~= token then return 0 end
  return redis.call('DEL', p .. lock)
end
-- Ends the quarantine of a stream and of its heavy effects (`INC-7/draft`); how many there were.
local function release_quarantined(id)
  local back = 0
  for _, what in ipairs(redis.call('HKEYS', p .. 'aside')) do
    if what == id or string.sub(what, 1, #id + 1) == id .. '/' then
      back = back + redis.call('HDEL', p .. 'aside', what)
      redis.call('DEL', p .. 'troubles:' .. what)
    end
  end
  if back > 0 then
    redis.call('ZADD', p .. 'again', now(), id)
    redis.call('ZADD', p .. HEAVY, now(), id)
    nudge()
  end
  return back
end
-- A stream wants the heavy effects of these keys: a worker looks, unless it is quarantined or all of
-- them are. How: `NX` leaves a wake-up for another try where it is, `LT` moves it here.
local function arm_heavy(id, keys, how)
  if #keys == 0 or redis.call('HEXISTS', p .. 'aside', id) == 1 then return 0 end
  for _, key in ipairs(keys) do
    if redis.call('HEXISTS', p .. 'aside', id .. '/' .. key) == 0 then
      return redis.call('ZADD', p .. HEAVY, how, now(), id)
    end
  end
  return 0
end
local function arm(open_keys)
  for _, key in ipairs(open_keys) do
    for _, id in ipairs(redis.call('SMEMBERS', p .. key)) do
      redis.call('ZADD', p .. 'again', 'LT', now(), id)
    end
  end
  nudge()
end
-- Writes a row, unless a newer Muster wrote one of the same version.
local function put_row(id, row)
  if row == '' then return end
  local rows, head = p .. 'rows:' .. string.match(id, '^[^-]+'), '^{"version":(%d+),"schema":(%d+),'
  local version, schema = string.match(row, head)
  local before, newer = string.match(redis.call('HGET', rows, id) or '', head)
  if before == version and tonumber(newer) > tonumber(schema) then return end
  redis.call('HSET', rows, id, row)
end
local function write(a, len)
  for digest, text in pairs(a.shared) do
    redis.call('SET', p .. 'policy:' .. digest, text, 'NX')
  end
  if len == 0 then redis.call('ZADD', p .. a.listing, 'NX', a.now, a.id) end
  for i, event in ipairs(a.events) do
    redis.call('XADD', p .. 'events:' .. a.id, (len + i) .. '-0', 'e', event)
  end
  local count = #a.events
  if a.intent ~= '' then
    redis.call('SET', p .. 'intent:' .. a.intent, a.id .. ':' .. len .. ':' .. (len + count),
               'EX', 86400)
  end
  if a.by_people then release_quarantined(a.id) end
  if a.again_in >= 0 then redis.call('ZADD', p .. 'again', now() + a.again_in, a.id) end
  if arm_heavy(a.id, a.heavy, 'NX') == 1 then nudge() end
  if a.channel ~= '' then redis.call('HSET', p .. 'channels', a.channel, a.id) end
  if a.open == 1 then redis.call('SADD', p .. a.open_key, a.id) end
  if a.open == 0 then redis.call('SREM', p .. a.open_key, a.id) end
  for _, user in ipairs(a.subscribers) do redis.call('SADD', p .. 'subscribed:' .. user, a.id) end
  put_row(a.id, a.row)
  for _, key in ipairs(a.done) do redis.call('HDEL', p .. 'notes:' .. a.id, key) end
  return len + count
end
