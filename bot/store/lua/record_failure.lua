-- Records that reconciling a stream or doing a heavy effect of it failed. ARGV: schedule, stream,
-- what, why, maximum,
-- spread (ms).
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
  redis.call('ZREM', p .. HEAVY, id)
end
local noted = cjson.decode(redis.call('HGET', p .. 'aside', what))
if set == 'again' and redis.call('HEXISTS', p .. 'told:' .. what, noted.why) == 1 then
  redis.call('ZREM', p .. set, id)
else
  redis.call('ZADD', p .. set, now() + 8000, id)
end
return 1
