-- Releases a lock if it is ours. ARGV: lock, token.
return release_lock(ARGV[1], ARGV[2])
