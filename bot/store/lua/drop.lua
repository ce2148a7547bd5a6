-- Removes the index entries of an id without events. ARGV: the id; the keys of its kind's open
-- streams and rows; the sorted sets that may name it.
local id, changed = ARGV[1], 0
if redis.call('EXISTS', p .. 'events:' .. id) == 1 then return 0 end
changed = redis.call('SREM', p .. ARGV[2], id) + redis.call('HDEL', p .. ARGV[3], id)
for i = 4, #ARGV do changed = changed + redis.call('ZREM', p .. ARGV[i], id) end
return changed
