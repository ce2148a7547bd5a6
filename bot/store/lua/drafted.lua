-- Ends the schedule of a draft. ARGV: incident, version.
local id = ARGV[1]
if redis.call('XLEN', p .. 'events:' .. id) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZREM', p .. 'draft', id)
local what = id .. '/draft'
redis.call('DEL', p .. 'troubles:' .. what, p .. 'told:' .. what)
redis.call('HDEL', p .. 'aside', what)
return 1
