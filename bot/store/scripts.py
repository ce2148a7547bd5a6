"""What must happen all at once, in Lua. `KEYS[1]` is the workspace's prefix (one hash slot)."""

from typing import Final

_TIME = """
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local p = KEYS[1]
local function nudge()
  redis.call('LPUSH', p .. 'nudge', '1')
  redis.call('LTRIM', p .. 'nudge', 0, 0)
end
local function bring_back(id)
  local back = redis.call('HDEL', p .. 'aside', id, id .. '/draft')
  if back > 0 then
    redis.call('DEL', p .. 'troubles:' .. id, p .. 'troubles:' .. id .. '/draft')
    redis.call('ZADD', p .. 'again', now(), id)
    redis.call('ZADD', p .. 'draft', now(), id)
    nudge()
  end
  return back
end
local function write(a, len)
  for i, event in ipairs(a.events) do
    redis.call('XADD', p .. 'events:' .. a.id, (len + i) .. '-0', 'e', event)
  end
  local count = #a.events
  if a.intent ~= '' then
    redis.call('SET', p .. 'intent:' .. a.intent, a.id .. ':' .. len .. ':' .. (len + count),
               'EX', 86400)
  end
  if a.by_people then bring_back(a.id) end
  if a.again_in >= 0 then redis.call('ZADD', p .. 'again', now() + a.again_in, a.id) end
  if a.draft then redis.call('ZADD', p .. 'draft', now(), a.id); nudge() end
  if a.channel ~= '' then redis.call('HSET', p .. 'channels', a.channel, a.id) end
  if a.open == 1 then redis.call('SADD', p .. 'open', a.id) end
  if a.open == 0 then redis.call('SREM', p .. 'open', a.id) end
  for _, key in ipairs(a.done) do redis.call('HDEL', p .. 'notes:' .. a.id, key) end
  return len + count
end
"""

APPEND: Final = (
    _TIME
    + """
local a = cjson.decode(ARGV[1])
if a.intent ~= '' then
  local seen = redis.call('GET', p .. 'intent:' .. a.intent)
  if seen then return {'repeat', seen} end
end
local len = redis.call('XLEN', p .. 'events:' .. a.id)
if a.after >= 0 and a.after ~= len then return {'conflict', ''} end
return {'done', tostring(write(a, len))}
"""
)

DECLARE: Final = (
    _TIME
    + """
local a = cjson.decode(ARGV[1])
local seen = redis.call('GET', p .. 'intent:' .. a.intent)
if seen then return {'repeat', seen} end
local titles = p .. 'title:' .. a.title
if not a.anyway then
  for _, kept in ipairs(redis.call('LRANGE', titles, 0, -1)) do
    local first = cjson.decode(kept)
    if a.now - first.at < a.window and (first.by == a.by or not first.private) then
      redis.call('SET', p .. 'intent:' .. a.intent, first.id .. ':0:0', 'EX', 86400)
      return {'duplicate', first.id}
    end
  end
end
a.id = 'INC-' .. redis.call('INCR', p .. 'counter')
redis.call('RPUSH', titles, cjson.encode({id = a.id, by = a.by, private = a.private, at = a.now}))
redis.call('EXPIRE', titles, 86400)
redis.call('SET', p .. 'policy:' .. a.digest, ARGV[2], 'NX')
redis.call('ZADD', p .. 'incidents', a.now, a.id)
write(a, 0)
return {'done', a.id}
"""
)

LOAD: Final = (
    _TIME
    + """
local events = {}
for i, entry in ipairs(redis.call('XRANGE', p .. 'events:' .. ARGV[1], '-', '+')) do
  events[i] = entry[2][1] == 'e' and entry[2][2] or ''
end
return {events, redis.call('HGETALL', p .. 'notes:' .. ARGV[1]), now()}
"""
)

CLAIM: Final = (
    _TIME
    + """
local incident_now, lease, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function take(set, till, into, limit)
  local ids = redis.call('ZRANGEBYSCORE', p .. set, '-inf', till, 'LIMIT', 0, limit)
  for _, id in ipairs(ids) do
    if set ~= into then redis.call('ZREM', p .. set, id) end
    redis.call('ZADD', p .. into, now() + lease, id)
  end
  return ids
end
local pages = take('pages', incident_now, 'again', 1000)
for _, id in ipairs(pages) do redis.call('ZREM', p .. 'due', id) end
local timers = take('due', incident_now, 'again', most)
local again = take('again', now(), 'again', most)
local drafts = take('draft', now(), 'draft', 100)
local first = redis.call('ZRANGE', p .. 'due', 0, 0, 'WITHSCORES')[2] or ''
return {pages, timers, again, drafts, first}
"""
)

TAKE: Final = (
    _TIME
    + """
local lock, token, ms, id = p .. ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
if redis.call('SET', lock, token, 'NX', 'PX', ms) then return 1 end
local free = now() + redis.call('PTTL', lock)
local wake = redis.call('ZSCORE', p .. 'again', id)
if wake and tonumber(wake) > free then redis.call('ZADD', p .. 'again', free, id) end
return 0
"""
)

BEGIN: Final = (
    _TIME
    + """
if redis.call('GET', p .. ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', p .. ARGV[1], ARGV[3])
if ARGV[6] ~= '' then
  local note = cjson.decode(ARGV[6])
  note.began = now()
  redis.call('HSET', p .. 'notes:' .. ARGV[4], ARGV[5], cjson.encode(note))
end
return 1
"""
)

RELEASE: Final = """
if redis.call('GET', KEYS[1] .. ARGV[1]) == ARGV[2] then
  return redis.call('DEL', KEYS[1] .. ARGV[1])
end
return 0
"""

FINISH: Final = (
    _TIME
    + """
local id = ARGV[1]
if redis.call('XLEN', p .. 'events:' .. id) ~= tonumber(ARGV[2]) then return 0 end
for i, set in ipairs({'due', 'pages', 'again'}) do
  local at = tonumber(ARGV[2 + i])
  if at >= 0 then
    redis.call('ZADD', p .. set, at, id)
  else
    redis.call('ZREM', p .. set, id)
  end
end
if redis.call('ZRANGE', p .. 'due', 0, 0)[1] == id then nudge() end
redis.call('DEL', p .. 'troubles:' .. id, p .. 'told:' .. id)
if redis.call('HDEL', p .. 'aside', id) == 1 then redis.call('ZADD', p .. 'draft', now(), id) end
return 1
"""
)

TROUBLE: Final = (
    _TIME
    + """
local set, id, what, why = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most, spread = tonumber(ARGV[5]), tonumber(ARGV[6])
local troubles = p .. 'troubles:' .. what
redis.call('HSETNX', troubles, 'first', now())
redis.call('EXPIRE', troubles, 3600)
local n = redis.call('HINCRBY', troubles, why == '' and 'refused' or 'raised', 1)
local since = now() - redis.call('HGET', troubles, 'first')
local aside = redis.call('HEXISTS', p .. 'aside', what) == 1
if why == '' or (not aside and (n < most or since < spread)) then
  local slowest = why == '' and 60 or 4
  redis.call('ZADD', p .. set, now() + math.min(slowest, 2 ^ math.min(n, 6)) * 1000, id)
  return 0
end
redis.call('HSETNX', p .. 'aside', what, cjson.encode({since = now(), why = why}))
if set == 'again' then
  redis.call('ZREM', p .. 'due', id)
  redis.call('ZREM', p .. 'pages', id)
  redis.call('ZREM', p .. 'draft', id)
end
local noted = cjson.decode(redis.call('HGET', p .. 'aside', what))
if redis.call('HEXISTS', p .. 'told:' .. what, noted.why) == 1 then
  redis.call('ZREM', p .. set, id)
else
  redis.call('ZADD', p .. set, now() + 8000, id)
end
return 1
"""
)

TOLD: Final = """
local p, set, id, what, why = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('HSET', p .. 'told:' .. what, why, ARGV[5])
redis.call('DEL', p .. 'telling:' .. what .. ':' .. why)
if redis.call('HEXISTS', p .. 'aside', what) == 1 then redis.call('ZREM', p .. set, id) end
return 1
"""

RETRY: Final = (
    _TIME
    + """
return bring_back(ARGV[1])
"""
)

DRAFTED: Final = """
local p, id = KEYS[1], ARGV[1]
if redis.call('XLEN', p .. 'events:' .. id) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', p .. 'draft', id)
local what = id .. '/draft'
redis.call('DEL', p .. 'troubles:' .. what, p .. 'told:' .. what)
redis.call('HDEL', p .. 'aside', what)
return 1
"""

TURN: Final = (
    _TIME
    + """
local book = p .. 'turns:' .. ARGV[1]
local count, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local urgency, t = tonumber(ARGV[4]), now()
local mine, daring = urgency .. '|' .. ARGV[5], ARGV[7] == '1'
local shut = tonumber(redis.call('GET', book .. ':shut') or '0')
redis.call('ZREMRANGEBYSCORE', book, '-inf', t - window)
local function spend()
  redis.call('ZREM', book, mine)
  redis.call('ZADD', book, t, '-1|' .. ARGV[6])
  redis.call('PEXPIRE', book, window)
  return 0
end
if urgency == 0 then
  if shut > t then return shut - t end
  return spend()
end
local reserved = redis.call('ZSCORE', book, mine)
if reserved then
  local at = math.max(tonumber(reserved), shut)
  if at > t then return at - t end
  return spend()
end
local at = math.max(t, shut)
if redis.call('ZCARD', book) >= count then
  at = math.max(at, redis.call('ZREVRANGE', book, count - 1, count - 1, 'WITHSCORES')[2] + window)
end
if at <= t then return spend() end
if redis.call('EXISTS', book .. ':strict') == 0 then
  if daring then return spend() end
  return -1
end
local waiting = redis.call('ZRANGEBYSCORE', book, '(' .. t, at, 'WITHSCORES')
local moving = mine
for i = 1, #waiting, 2 do
  if tonumber(waiting[i]:match('^-?%d+')) > urgency then
    redis.call('ZADD', book, waiting[i + 1], moving)
    moving = waiting[i]
  end
end
redis.call('ZADD', book, at, moving)
redis.call('PEXPIRE', book, at - t + window)
return tonumber(redis.call('ZSCORE', book, mine)) - t
"""
)

NO_TURNS: Final = (
    _TIME
    + """
local book = p .. 'turns:' .. ARGV[1]
redis.call('ZREM', book, '-1|' .. ARGV[3])
redis.call('SET', book .. ':shut', now() + ARGV[2], 'PX', ARGV[2])
redis.call('SET', book .. ':strict', '1', 'EX', ARGV[4])
return 0
"""
)

ALL: Final = {
    "APPEND": APPEND,
    "DECLARE": DECLARE,
    "LOAD": LOAD,
    "CLAIM": CLAIM,
    "TAKE": TAKE,
    "BEGIN": BEGIN,
    "RELEASE": RELEASE,
    "FINISH": FINISH,
    "TROUBLE": TROUBLE,
    "TOLD": TOLD,
    "RETRY": RETRY,
    "DRAFTED": DRAFTED,
    "TURN": TURN,
    "NO_TURNS": NO_TURNS,
}
