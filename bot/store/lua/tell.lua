-- Appends the events of a command from another stream, once. ARGV: the append (see records.py)
-- with its cause, JSON; without an id it creates a stream. A cause whose events were lost counts
-- as new.
local a = cjson.decode(ARGV[1])
local is_new = a.id == ''
local seen = redis.call('HGET', p .. 'causes:' .. (is_new and a.kind or a.id), a.cause)
if seen then
  local id, last = seen:match('^(.+):%d+:(%d+)$')
  if redis.call('XLEN', p .. 'events:' .. id) >= tonumber(last) then return {'repeat', seen} end
end
if is_new then a.id = a.kind .. '-' .. redis.call('INCR', p .. a.counter) end
local len = redis.call('XLEN', p .. 'events:' .. a.id)
if a.after ~= len then return {'conflict', ''} end
if redis.call('HEXISTS', p .. 'aside', a.id) == 1 and not a.by_people then
  a.again_in = -1
end
local last = len
if #a.events > 0 then last = write(a, len) elseif a.by_people then release_quarantined(a.id) end
local span = a.id .. ':' .. len .. ':' .. last
redis.call('HSET', p .. 'causes:' .. a.id, a.cause, span)
if is_new then redis.call('HSET', p .. 'causes:' .. a.kind, a.cause, span) end
return {'done', span}
