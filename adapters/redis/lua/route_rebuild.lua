-- SPDX-License-Identifier: Apache-2.0
-- KEYS queues, waiting (the start of each queue's key), building, then the keys to drop
-- ARGV epoch, longest rebuild in ms   Running leases are left: they are short.
for _, queue in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('UNLINK', KEYS[2] .. queue) end
redis.call('UNLINK', KEYS[1])
for i = 4, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 1
