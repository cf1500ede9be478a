-- SPDX-License-Identifier: Apache-2.0
-- KEYS epoch, building   ARGV epoch   Flips to the new epoch unless another rebuild took over.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
return 1
