-- Takes a lock; if it is held, moves a wake-up to no later than its end. ARGV: lock, token, ms,
-- incident; for a heavy effect 1, and the wake-up is moved, too, if the lock is taken: its holder
-- may be killed.
local lock, token, ms, id = p .. ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local is_heavy = ARGV[5] == '1'
local set = p .. (is_heavy and HEAVY or 'again')
local taken = redis.call('SET', lock, token, 'NX', 'PX', ms)
if not taken and redis.call('GET', lock) == token then  -- the answer was lost, and this repeats it
  taken = redis.call('PEXPIRE', lock, ms)
end
if not taken or is_heavy then
  local free = now() + redis.call('PTTL', lock)
  local wake = redis.call('ZSCORE', set, id)
  if wake and tonumber(wake) > free then redis.call('ZADD', set, free, id) end
end
return taken and 1 or 0
