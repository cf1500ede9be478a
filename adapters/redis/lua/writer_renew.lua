-- SPDX-License-Identifier: Apache-2.0
-- KEYS writer   ARGV value, ttl_ms   Returns 1 when still held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
