// SPDX-License-Identifier: Apache-2.0
export function WallboardPage() { return <div className="panel h-full" />; }
