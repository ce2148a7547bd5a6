-- Reads a stream: events, pending calls, and the time. ARGV: incident.
local events = {}
for i, entry in ipairs(redis.call('XRANGE', p .. 'events:' .. ARGV[1], '-', '+')) do
  events[i] = entry[2][1] == 'e' and entry[2][2] or ''
end
return {events, redis.call('HGETALL', p .. 'notes:' .. ARGV[1]), now()}
