-- No heavy effect is left to do. ARGV: stream, version.
local id = ARGV[1]
if redis.call('XLEN', p .. 'events:' .. id) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', p .. HEAVY, id)
return 1
