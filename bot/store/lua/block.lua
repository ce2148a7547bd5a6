-- Records that Slack refused a call because of its rate. ARGV: limit, ms, nonce, seconds to be
-- strict.
local slots = p .. 'turns:' .. ARGV[1]
redis.call('ZREM', slots, '-1|' .. ARGV[3])
redis.call('SET', slots .. ':shut', now() + ARGV[2], 'PX', ARGV[2])
redis.call('SET', slots .. ':strict', '1', 'EX', ARGV[4])
return 0
