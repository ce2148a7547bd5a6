-- Appends events to a stream. ARGV: the append (see records.py), JSON.
local a = cjson.decode(ARGV[1])
if a.intent ~= '' then
  local seen = redis.call('GET', p .. 'intent:' .. a.intent)
  if seen then return {'repeat', seen} end
end
local len = redis.call('XLEN', p .. 'events:' .. a.id)
if a.after >= 0 and a.after ~= len then return {'conflict', ''} end
return {'done', tostring(write(a, len))}
