-- Registers a running process. ARGV: its name, its level, its description, its lifetime (ms).
local t = now()
redis.call('ZADD', p .. 'processes', t / 1000, ARGV[1])
redis.call('HSET', p .. 'levels', ARGV[1], ARGV[3])
redis.call('HSET', p .. 'levels:seen', ARGV[2], t)
for _, each in ipairs(redis.call('HKEYS', p .. 'levels')) do
  local heard = redis.call('ZSCORE', p .. 'processes', each)
  if not heard or heard * 1000 < t - ARGV[4] then redis.call('HDEL', p .. 'levels', each) end
end
return 1
