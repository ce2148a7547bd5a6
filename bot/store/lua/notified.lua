-- Records that the admins were notified. ARGV: schedule, incident, what, why, names.
local set, id, what, why = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('HSET', p .. 'told:' .. what, why, ARGV[5])
redis.call('DEL', p .. 'telling:' .. what .. ':' .. why)
-- else other heavy effects of the stream may wait for their wake-up
if set == 'again' and redis.call('HEXISTS', p .. 'aside', what) == 1 then
  redis.call('ZREM', p .. set, id)
end
return 1
