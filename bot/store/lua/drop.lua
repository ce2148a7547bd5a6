-- Forget a stream that has no events. ARGV: its id, the key of its kind's open ones, the sorted
-- sets that may name it.
local id, changed = ARGV[1], 0
if redis.call('EXISTS', p .. 'events:' .. id) == 1 then return 0 end
changed = redis.call('SREM', p .. ARGV[2], id)
for i = 3, #ARGV do changed = changed + redis.call('ZREM', p .. ARGV[i], id) end
return changed
