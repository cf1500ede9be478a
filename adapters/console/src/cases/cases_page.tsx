// SPDX-License-Identifier: Apache-2.0
export function CasesPage() { return <div className="panel h-full" />; }
export function BackLinePage() { return <div className="panel h-full" />; }
