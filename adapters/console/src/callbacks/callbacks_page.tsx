// SPDX-License-Identifier: Apache-2.0
export function CallbacksPage() { return <div className="panel h-full" />; }
