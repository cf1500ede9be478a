-- SPDX-License-Identifier: Apache-2.0
-- KEYS due, versions, epoch, building, mark   ARGV epoch, building_ms: how long it may be silent
-- Empties the index. Without an epoch every claim reports it lost, until epoch_finish.
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[5])
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[2])
return 1
