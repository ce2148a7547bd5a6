-- A turn under a limit of Slack's. ARGV: limit, count, window (ms), urgency, who, nonce.
local book = p .. 'turns:' .. ARGV[1]
local count, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local urgency, t = tonumber(ARGV[4]), now()
local mine = urgency .. '|' .. ARGV[5]
local shut = tonumber(redis.call('GET', book .. ':shut') or '0')
redis.call('ZREMRANGEBYSCORE', book, '-inf', t - window)
local function spend(answer)
  redis.call('ZREM', book, mine)
  redis.call('ZADD', book, t, '-1|' .. ARGV[6])
  redis.call('PEXPIRE', book, window)
  return answer
end
if urgency == 0 then
  if shut > t then return shut - t end
  return spend(0)
end
local reserved = redis.call('ZSCORE', book, mine)
if reserved then
  local at = math.max(tonumber(reserved), shut)
  if at > t then return at - t end
  return spend(0)
end
local at = math.max(t, shut)
if redis.call('ZCARD', book) >= count then
  at = math.max(at, redis.call('ZREVRANGE', book, count - 1, count - 1, 'WITHSCORES')[2] + window)
end
if at <= t then return spend(0) end
if redis.call('EXISTS', book .. ':strict') == 0 then return spend(-1) end
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
