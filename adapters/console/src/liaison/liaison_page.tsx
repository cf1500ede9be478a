// SPDX-License-Identifier: Apache-2.0
export function LiaisonPage() { return <div className="panel h-full" />; }
