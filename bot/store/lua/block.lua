-- Slack refused a call for its rate. ARGV: limit, ms, nonce, seconds to be strict.
local book = p .. 'turns:' .. ARGV[1]
redis.call('ZREM', book, '-1|' .. ARGV[3])
redis.call('SET', book .. ':shut', now() + ARGV[2], 'PX', ARGV[2])
redis.call('SET', book .. ':strict', '1', 'EX', ARGV[4])
return 0
