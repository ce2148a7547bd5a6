-- Admits a starting process. On a store of a release before levels, sets the first level and
-- reconciles everything that those releases had finished or quarantined. ARGV: the level, the keys
-- of the open streams.
if store_level > 0 then return 0 end
redis.call('SET', p .. 'level', ARGV[1])
arm({unpack(ARGV, 2)})
for _, what in ipairs(redis.call('HKEYS', p .. 'aside')) do
  release_quarantined((what:gsub('/.*$', '')))
end
return 1
