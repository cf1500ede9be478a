// SPDX-License-Identifier: Apache-2.0
export function CustomersPage() { return <div className="panel h-full" />; }
