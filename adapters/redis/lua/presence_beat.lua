-- SPDX-License-Identifier: Apache-2.0
-- KEYS leases   ARGV member, ttl_ms, keep_ms   Returns 1 when the connection was not alive before.
local now = now_ms()
local old = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], whole(now + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - tonumber(ARGV[3])))
return (old and tonumber(old) > now) and 0 or 1
