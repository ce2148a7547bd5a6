-- What happened to several incidents at once, or to none. ARGV: the appends (see records.py), JSON;
-- the intent is that of the first.
local all, lens = {}, {}
for i, arg in ipairs(ARGV) do all[i] = cjson.decode(arg) end
if all[1].intent ~= '' then
  local seen = redis.call('GET', p .. 'intent:' .. all[1].intent)
  if seen then return {'repeat', seen} end
end
for i, a in ipairs(all) do
  lens[i] = redis.call('XLEN', p .. 'events:' .. a.id)
  if a.after ~= lens[i] then return {'conflict', ''} end
end
for i, a in ipairs(all) do write(a, lens[i]) end
return {'done', ''}
