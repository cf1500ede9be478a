-- SPDX-License-Identifier: Apache-2.0
-- KEYS queue by interaction, versions, expiries, queues, waiting (the start of each queue's key)
-- ARGV keep_ms, then (interaction, version, queue or '', enqueued_at_ms)…   Returns {applied, stale}.
-- The queues' own keys are made here: they share the hash tag, so they are on the same node.
local by, versions, expiries, queues, waiting = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now, applied, stale = now_ms(), 0, 0
for i = 2, #ARGV, 4 do
  local id, queue = ARGV[i], ARGV[i + 2]
  if newer(versions, expiries, id, ARGV[i + 1], now, tonumber(ARGV[1])) then
    local old = redis.call('HGET', by, id)
    if old and old ~= queue then redis.call('ZREM', waiting .. old, id) end
    if queue == '' then
      redis.call('HDEL', by, id)
    else
      redis.call('HSET', by, id, queue)
      redis.call('SADD', queues, queue)
      redis.call('ZADD', waiting .. queue, ARGV[i + 3], id)
    end
    applied = applied + 1
  else
    stale = stale + 1
  end
end
forget_old(versions, expiries, now)
return {applied, stale}
