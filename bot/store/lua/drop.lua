-- Forget an incident that has no events. ARGV: incident, the indexes that may name it.
local id, changed = ARGV[1], 0
if redis.call('EXISTS', p .. 'events:' .. id) == 1 then return 0 end
for i = 2, #ARGV do
  local forget = ARGV[i] == 'open' and 'SREM' or 'ZREM'
  changed = changed + redis.call(forget, p .. ARGV[i], id)
end
return changed
