-- SPDX-License-Identifier: Apache-2.0
-- KEYS due, versions   ARGV (id, version, due_ms)…   Claimed too early: back to their own due
-- times, unless a newer version is known. Returns how many.
local returned = 0
for i = 1, #ARGV, 3 do
  local known = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '')
  if known and known <= tonumber(ARGV[i + 1]) then
    redis.call('ZADD', KEYS[1], ARGV[i + 2], ARGV[i])
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
    returned = returned + 1
  end
end
return returned
