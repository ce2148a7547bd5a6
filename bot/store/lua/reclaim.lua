-- Wakes up what was claimed and isn't finished, as if no one had claimed it: the store failed over
-- or restarted, and the jobs may be lost. ARGV: the lease of a claim, ms.
local till = now() + tonumber(ARGV[1])
for _, set in ipairs({'again', HEAVY}) do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', p .. set, '-inf', till)) do
    redis.call('ZADD', p .. set, now(), id)
  end
end
nudge()
return 1
