-- Let go of a lock that is ours. ARGV: lock, token.
if redis.call('GET', p .. ARGV[1]) == ARGV[2] then
  return redis.call('DEL', p .. ARGV[1])
end
return 0
