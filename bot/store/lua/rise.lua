-- Raises the store to the level of this process, unless an older process runs or did so a moment
-- ago. ARGV: how long after its last report a process counts as running; how long ago the last
-- older one must be (ms); how many of the latest streams are reconciled even if they have ended,
-- because older processes may have ended them without what they don't know; for each kind the keys
-- of all its streams and of the open ones.
if store_level == LEVEL then return {'same'} end
local t = now()
local since = (t - ARGV[1]) / 1000
for _, each in ipairs(redis.call('ZRANGEBYSCORE', p .. 'processes', since, '+inf')) do
  local known = redis.call('HGET', p .. 'levels', each)
  if tonumber(known and known:match('^%d+') or '0') < LEVEL then return {'held', each} end
end
local seen = redis.call('HGETALL', p .. 'levels:seen')
for i = 1, #seen, 2 do
  local free = seen[i + 1] + ARGV[2]
  if tonumber(seen[i]) < LEVEL and free > t then return {'waits'} end
end
redis.call('SET', p .. 'level', LEVEL)
local open_keys = {}
for i = 4, #ARGV, 2 do
  for _, id in ipairs(redis.call('ZREVRANGE', p .. ARGV[i], 0, ARGV[3] - 1)) do
    redis.call('ZADD', p .. 'again', 'LT', now(), id)
  end
  table.insert(open_keys, ARGV[i + 1])
end
arm(open_keys)
return {'risen'}
