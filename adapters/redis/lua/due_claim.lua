-- SPDX-License-Identifier: Apache-2.0
-- KEYS due, versions, epoch   ARGV epoch expected, limit, lease_ms, ahead_ms
-- Returns {lost, epoch found or '', now_ms, id, version, due_ms, …}. A claimed item's due time is moved to
-- the end of its lease: nobody sees it until then, and it comes back by itself. Due times are of
-- another clock, PostgreSQL's: it is ahead of this one by so much.
local now = now_ms() + tonumber(ARGV[4])
local epoch = redis.call('GET', KEYS[3])
if epoch ~= ARGV[1] then return {1, epoch or '', whole(now)} end
local out = {0, epoch, whole(now)}
local until_ms = whole(now + tonumber(ARGV[3]))
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', whole(now), 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #due, 2 do
  local id = due[i]
  local version = redis.call('HGET', KEYS[2], id)
  if version then
    redis.call('ZADD', KEYS[1], until_ms, id)
    out[#out + 1] = id
    out[#out + 1] = version
    out[#out + 1] = due[i + 1]
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return out
