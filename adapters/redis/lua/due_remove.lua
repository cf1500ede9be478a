-- SPDX-License-Identifier: Apache-2.0
-- KEYS due, versions   ARGV (id, version)…   Removes what is not newer than the version given.
local removed = 0
for i = 1, #ARGV, 2 do
  local known = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '')
  if known and known <= tonumber(ARGV[i + 1]) then
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
    removed = removed + 1
  end
end
return removed
