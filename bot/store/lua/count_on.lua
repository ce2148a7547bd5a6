-- The next number is a higher one. ARGV: number.
local counter = p .. 'counter'
if tonumber(redis.call('GET', counter) or '0') >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', counter, ARGV[1])
return 1
