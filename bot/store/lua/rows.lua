-- Reads rows, and the current lengths of their streams; -1 for streams to replay. ARGV: kind, ids.
local ids, lens = {unpack(ARGV, 2)}, {}
local rows = redis.call('HMGET', p .. 'rows:' .. ARGV[1], unpack(ids))
local any_aside = redis.call('EXISTS', p .. 'aside') == 1
for i, id in ipairs(ids) do
  local len = redis.pcall('XLEN', p .. 'events:' .. id)
  lens[i] = type(len) == 'number' and len or -1
  if any_aside and redis.call('HEXISTS', p .. 'aside', id) == 1 then lens[i] = -1 end
end
return {rows, lens}
