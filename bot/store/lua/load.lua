-- Reads a stream: events, pending calls, and the time. ARGV: stream, the number of the first event.
local events, key = {}, p .. 'events:' .. ARGV[1]
for i, entry in ipairs(redis.call('XRANGE', key, (ARGV[2] or '0') .. '-0', '+')) do
  events[i] = entry[2][1] == 'e' and entry[2][2] or ''
end
return {events, redis.call('HGETALL', p .. 'notes:' .. ARGV[1]), now()}
