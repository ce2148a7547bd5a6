-- Counts things that a person asked for, unless that makes too many. ARGV: what and who, most, ms,
-- the things. 1 if they are counted, or were before.
local key, most, within = p .. 'spent:' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now() - within)
local new = {}
for i = 4, #ARGV do
  if not redis.call('ZSCORE', key, ARGV[i]) then new[#new + 1] = ARGV[i] end
end
if redis.call('ZCARD', key) + #new > most then return #new == 0 and 1 or 0 end
for _, thing in ipairs(new) do redis.call('ZADD', key, now(), thing) end
redis.call('PEXPIRE', key, within)
return 1
