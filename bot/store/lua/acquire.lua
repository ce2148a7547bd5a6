-- Takes or reserves a slot under a rate limit. ARGV: limit, count, window (ms), urgency,
-- who, nonce.
local slots = p .. 'turns:' .. ARGV[1]
local count, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local urgency, t = tonumber(ARGV[4]), now()
local mine = urgency .. '|' .. ARGV[5]
local paused_until = tonumber(redis.call('GET', slots .. ':shut') or '0')
redis.call('ZREMRANGEBYSCORE', slots, '-inf', t - window)
local function spend(answer)
  redis.call('ZREM', slots, mine)
  redis.call('ZADD', slots, t, '-1|' .. ARGV[6])
  redis.call('PEXPIRE', slots, window)
  return answer
end
if urgency == 0 then
  if paused_until > t then return paused_until - t end
  return spend(0)
end
local reserved = redis.call('ZSCORE', slots, mine)
if reserved then
  local at = math.max(tonumber(reserved), paused_until)
  if at > t then return at - t end
  return spend(0)
end
local at = math.max(t, paused_until)
if redis.call('ZCARD', slots) >= count then
  at = math.max(at, redis.call('ZREVRANGE', slots, count - 1, count - 1, 'WITHSCORES')[2] + window)
end
if at <= t then return spend(0) end
if redis.call('EXISTS', slots .. ':strict') == 0 then return spend(-1) end
local waiting = redis.call('ZRANGEBYSCORE', slots, '(' .. t, at, 'WITHSCORES')
local moving = mine
for i = 1, #waiting, 2 do
  if tonumber(waiting[i]:match('^-?%d+')) > urgency then
    redis.call('ZADD', slots, waiting[i + 1], moving)
    moving = waiting[i]
  end
end
redis.call('ZADD', slots, at, moving)
redis.call('PEXPIRE', slots, at - t + window)
return tonumber(redis.call('ZSCORE', slots, mine)) - t
