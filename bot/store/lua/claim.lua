-- Claims what is due, for a lease. ARGV: incident time, lease, maximum; times in ms.
local incident_now, lease, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function take(set, till, into, limit)
  local ids = redis.call('ZRANGEBYSCORE', p .. set, '-inf', till, 'LIMIT', 0, limit)
  for _, id in ipairs(ids) do
    if set ~= into then redis.call('ZREM', p .. set, id) end
    redis.call('ZADD', p .. into, now() + lease, id)
  end
  return ids
end
local pages = take('pages', incident_now, 'again', 1000)
for _, id in ipairs(pages) do redis.call('ZREM', p .. 'due', id) end
local timers = take('due', incident_now, 'again', most)
local again = take('again', now(), 'again', most)
local heavy = take(HEAVY, now(), HEAVY, 100)
local first = redis.call('ZRANGE', p .. 'due', 0, 0, 'WITHSCORES')[2] or ''
return {pages, timers, again, heavy, first}
