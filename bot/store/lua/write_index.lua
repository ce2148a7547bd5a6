-- Writes a stream's index entries, and before them its missing events and pending calls. ARGV: the
-- index, JSON (see transfer.py); events; pending calls, each after its key.
local a = cjson.decode(ARGV[1])
local stream, changed = p .. 'events:' .. a.id, 0
if redis.call('XLEN', stream) ~= a.after then return -1 end
for i = 1, a.events do
  redis.call('XADD', stream, (a.after + i) .. '-0', 'e', ARGV[1 + i])
end
for i = 2 + a.events, #ARGV, 2 do
  redis.call('HSETNX', p .. 'notes:' .. a.id, ARGV[i], ARGV[i + 1])
end
for cause, span in pairs(a.causes) do
  redis.call('HSETNX', p .. 'causes:' .. a.id, cause, span)
  if span:match(':0:[1-9]') then redis.call('HSETNX', p .. 'causes:' .. a.kind, cause, span) end
end
local function count(command, key, ...)
  changed = changed + redis.call(command, p .. key, ...)
end
count('ZADD', a.listing, 'CH', a.declared, a.id)
count(a.open and 'SADD' or 'SREM', a.open_key, a.id)
-- a stale row is no difference, because readers ignore it
local head = '^{"version":%d+,"schema":%d+,'
local rows = p .. 'rows:' .. string.match(a.id, '^[^-]+')
local kept = redis.call('HGET', rows, a.id)
put_row(a.id, a.row)
if kept and kept ~= redis.call('HGET', rows, a.id)
   and string.match(kept, head) == string.match(a.row, head) then
  changed = changed + 1
end
for channel, name in pairs(a.channels) do
  if redis.call('HGET', p .. 'channels', channel) ~= a.id then
    redis.call('HSET', p .. 'channels', channel, a.id)
    changed = changed + 1
  end
  count('HSETNX', 'names', name, a.id)
end
for _, user in ipairs(a.subscribers) do count('SADD', 'subscribed:' .. user, a.id) end
if redis.call('HEXISTS', p .. 'aside', a.id) == 1 then return changed end
for _, set in ipairs({'due', 'pages'}) do
  if a[set] >= 0 then
    count('ZADD', set, 'CH', a[set], a.id)
  else
    count('ZREM', set, a.id)
  end
end
if a.wake then count('ZADD', 'again', 'LT', now(), a.id) end
changed = changed + arm_heavy(a.id, a.heavy, 'LT')
nudge()
return changed
