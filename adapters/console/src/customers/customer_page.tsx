// SPDX-License-Identifier: Apache-2.0
export function CustomerPage() { return <div className="panel h-full" />; }
