-- Releases a lock after an outage, and wakes up what was to be done under it. ARGV: lock, token,
-- incident, when to wake it up (ms from now).
if release_lock(ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', p .. 'again', now() + tonumber(ARGV[4]), ARGV[3])
nudge()
return 1
