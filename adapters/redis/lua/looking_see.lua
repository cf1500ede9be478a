-- SPDX-License-Identifier: Apache-2.0
-- KEYS record   ARGV who (user:tab), typing (1 or 0), ttl_ms (0: leaves), limit
-- Returns who looks at it now, each with ":1" or ":0" for typing.
local now, ttl = now_ms(), tonumber(ARGV[3])
redis.call('ZREM', KEYS[1], ARGV[1] .. ':0', ARGV[1] .. ':1')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now))
if ttl > 0 and redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[4]) then
  redis.call('ZADD', KEYS[1], whole(now + ttl), ARGV[1] .. ':' .. ARGV[2])
  redis.call('PEXPIRE', KEYS[1], whole(ttl))
end
return redis.call('ZRANGE', KEYS[1], 0, -1)
