-- Creates a stream, unless there is one with its title or source. ARGV: the creation, JSON (see
-- records.py).
local a = cjson.decode(ARGV[1])
local seen = redis.call('GET', p .. 'intent:' .. a.intent)
if seen then return {'repeat', seen} end
local function visible(first) return first.by == a.by or not first.private end
local function duplicate(first)
  redis.call('SET', p .. 'intent:' .. a.intent, first.id .. ':0:0', 'EX', 86400)
  return {'duplicate', first.id}
end
local source = p .. 'paper:source:' .. a.source
if a.source ~= '' and redis.call('EXISTS', source) == 1 then
  local first = cjson.decode(redis.call('GET', source))
  if visible(first) then return duplicate(first) end
end
local titles = p .. 'title:' .. a.title
if a.title ~= '' and not a.anyway then
  for _, kept in ipairs(redis.call('LRANGE', titles, 0, -1)) do
    local first = cjson.decode(kept)
    if a.now - first.at < a.window and visible(first) then return duplicate(first) end
  end
end
local number = redis.call('INCR', p .. a.counter)
if number <= a.above then
  number = a.above + 1
  redis.call('SET', p .. a.counter, number)
end
a.id = a.kind .. '-' .. string.format('%d', number)
local first = cjson.encode({id = a.id, by = a.by, private = a.private, at = a.now})
if a.title ~= '' then
  redis.call('RPUSH', titles, first)
  redis.call('EXPIRE', titles, 86400)
end
if a.source ~= '' then redis.call('SET', source, first) end
write(a, 0)
return {'done', a.id}
