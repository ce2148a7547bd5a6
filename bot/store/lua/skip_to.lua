-- Makes the next number higher than the given one. ARGV: the counter's key, number.
local counter = p .. ARGV[1]
if tonumber(redis.call('GET', counter) or '0') >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', counter, ARGV[2])
return 1
