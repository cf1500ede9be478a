-- SPDX-License-Identifier: Apache-2.0
-- KEYS due, versions, building, mark   ARGV window_ms, rebuild epoch or '', mark, building_ms,
-- then (id, version, due_ms)…   Returns {accepted, stored, stale, beyond}.
-- A clock that moved out of the window leaves the index. A rebuild that goes on says so by
-- renewing its key.
local due, versions, building, mark = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if ARGV[2] ~= '' then
  if redis.call('GET', building) ~= ARGV[2] then return {0, 0, 0, 0} end
  redis.call('PEXPIRE', building, ARGV[4])
end
local horizon = now_ms() + tonumber(ARGV[1])
local stored, stale, beyond = 0, 0, 0
for i = 5, #ARGV, 3 do
  local id, version, due_ms = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = tonumber(redis.call('HGET', versions, id) or '')
  if known and known >= tonumber(version) then
    stale = stale + 1
  elseif tonumber(due_ms) > horizon then
    redis.call('ZREM', due, id)
    redis.call('HDEL', versions, id)
    beyond = beyond + 1
  else
    redis.call('ZADD', due, due_ms, id)
    redis.call('HSET', versions, id, version)
    stored = stored + 1
  end
end
if tonumber(ARGV[3]) > tonumber(redis.call('GET', mark) or '0') then
  redis.call('SET', mark, ARGV[3])
end
return {1, stored, stale, beyond}
