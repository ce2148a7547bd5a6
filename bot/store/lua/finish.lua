-- Schedules the next wake-ups and releases the lock. ARGV: incident, version; due, pages, again in
-- ms, -1 for never; lock, token; row; the keys of the pending heavy effects.
local id = ARGV[1]
if redis.call('XLEN', p .. 'events:' .. id) ~= tonumber(ARGV[2]) then return 0 end
for i, set in ipairs({'due', 'pages', 'again'}) do
  local at = tonumber(ARGV[2 + i])
  if at >= 0 then
    redis.call('ZADD', p .. set, at, id)
  else
    redis.call('ZREM', p .. set, id)
  end
end
if redis.call('ZRANGE', p .. 'due', 0, 0)[1] == id then nudge() end
redis.call('DEL', p .. 'troubles:' .. id, p .. 'told:' .. id)
redis.call('HDEL', p .. 'aside', id)
if arm_heavy(id, {unpack(ARGV, 9)}, 'NX') == 1 then nudge() end
put_row(id, ARGV[8])
release_lock(ARGV[6], ARGV[7])
return 1
