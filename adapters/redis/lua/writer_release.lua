-- SPDX-License-Identifier: Apache-2.0
-- KEYS writer   ARGV value   Returns 1 when it was held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
