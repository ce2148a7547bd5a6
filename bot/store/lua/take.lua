-- Takes a lock; if it is held, moves a wake-up to no later than its end. ARGV: lock, token, ms,
-- incident.
local lock, token, ms, id = p .. ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
if redis.call('SET', lock, token, 'NX', 'PX', ms) then return 1 end
local free = now() + redis.call('PTTL', lock)
local wake = redis.call('ZSCORE', p .. 'again', id)
if wake and tonumber(wake) > free then redis.call('ZADD', p .. 'again', free, id) end
return 0
