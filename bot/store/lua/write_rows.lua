-- Writes rows of streams that haven't changed since. ARGV: id, version, row; and so on.
for i = 1, #ARGV, 3 do
  local len = redis.pcall('XLEN', p .. 'events:' .. ARGV[i])
  if len == tonumber(ARGV[i + 1]) then put_row(ARGV[i], ARGV[i + 2]) end
end
return 1
