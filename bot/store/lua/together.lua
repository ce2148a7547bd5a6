-- Appends to several streams, all or none. ARGV: the appends (see records.py), JSON.
local all, lens = {}, {}
for i, arg in ipairs(ARGV) do
  all[i] = cjson.decode(arg)
  lens[i] = redis.call('XLEN', p .. 'events:' .. all[i].id)
  if all[i].after ~= lens[i] then return 0 end
end
for i, a in ipairs(all) do write(a, lens[i]) end
return 1
