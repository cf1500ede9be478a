# SPDX-License-Identifier: Apache-2.0
"""What every measurement needs: a spread of times, and what a process has cost."""
import os


def part(values, share):
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values, shares=(0.5, 0.99)):
    """p50, p99 and what else is asked for, and the largest, in milliseconds; of seconds."""
    if not values:
        return {}
    found = {f'p{share * 100:g}': part(values, share) for share in shares}
    return {name: round(value * 1000, 1) for name, value in (*found.items(), ('max', max(values)))}


def cpu_seconds(pid):
    """User and system time of a process so far."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
