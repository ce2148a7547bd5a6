-- Open streams: 1 and all of them if they are few, else 0 and at most so many, newest first. ARGV:
-- the listing's key, the open ones' key, how many are few, how many at most, the stream before which
-- to begin (or empty).
local listing, open = p .. ARGV[1], p .. ARGV[2]
local left, most = redis.call('SCARD', open), tonumber(ARGV[4])
if left <= tonumber(ARGV[3]) then return {1, redis.call('SMEMBERS', open)} end
local found, start, STEP = {}, 0, 200
if ARGV[5] ~= '' then start = (redis.call('ZREVRANK', listing, ARGV[5]) or -1) + 1 end
while left > 0 do
  local ids = redis.call('ZREVRANGE', listing, start, start + STEP - 1)
  if #ids == 0 then break end
  for i, is_open in ipairs(redis.call('SMISMEMBER', open, unpack(ids))) do
    if is_open == 1 then
      found[#found + 1] = ids[i]
      left = left - 1
      if #found == most then return {0, found} end
    end
  end
  start = start + STEP
end
return {0, found}
