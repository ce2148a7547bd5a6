-- Renews a lock and stores that a call begins. ARGV: lock, token, ms, incident, effect, pending
-- call.
if redis.call('GET', p .. ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', p .. ARGV[1], ARGV[3])
if ARGV[6] ~= '' then
  local note = cjson.decode(ARGV[6])
  note.began = now()
  redis.call('HSET', p .. 'notes:' .. ARGV[4], ARGV[5], cjson.encode(note))
end
return 1
