-- A process starts. A store of a release before levels gets its first one; what those had finished
-- or set aside is looked at again. ARGV: the level, the keys of the open streams.
if store_level > 0 then return 0 end
redis.call('SET', p .. 'level', ARGV[1])
arm({unpack(ARGV, 2)})
for _, what in ipairs(redis.call('HKEYS', p .. 'aside')) do
  bring_back((what:gsub('/.*$', '')))
end
return 1
