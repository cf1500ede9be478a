// SPDX-License-Identifier: Apache-2.0
// The one way to the engine's HTTP API. Problems (RFC 9457) become ApiError with a stable code;
// no answer at all becomes code 'unreachable'. Every POST carries an Idempotency-Key.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly field: string = '',
    readonly detail: string = '',
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail || code);
    this.name = 'ApiError';
  }
  /** Worth trying again later with the same key: nothing was refused. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  version?: number;
  key?: string;
  signal?: AbortSignal;
  /** Goes out even while the page is being left. */
  keepalive?: boolean;
}

let onExpired: () => void = () => {};
export function setExpiredHandler(handler: () => void): void {
  onExpired = handler;
}

/** crypto.randomUUID exists only in secure contexts; a console on plain http in a LAN has none. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const timeoutMs = 20_000;

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const method = options.method ?? 'GET';
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (method === 'POST') headers['Idempotency-Key'] = options.key ?? newKey();
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;

  let response: Response;
  try {
    const init: RequestInit = { method, headers, signal, credentials: 'same-origin' };
    if (options.keepalive) init.keepalive = true;
    if (options.body !== undefined) init.body = JSON.stringify(options.body);
    response = await fetch(`/api/v1/${path}`, init);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(0, 'unreachable');
  }
  if (response.ok) {
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  let problem: Record<string, unknown> = {};
  try {
    problem = (await response.json()) as Record<string, unknown>;
  } catch {
    problem = {}; // A proxy's own error page: the status says enough.
  }
  const code = typeof problem.code === 'string' ? problem.code : `http_${response.status}`;
  const error = new ApiError(
    response.status,
    code,
    typeof problem.field === 'string' ? problem.field : '',
    typeof problem.detail === 'string' ? problem.detail : '',
    problem,
  );
  if (response.status === 401 && path !== 'session' && path !== 'me') onExpired();
  throw error;
}

export const get = <T>(path: string, signal?: AbortSignal) => request<T>(path, signal ? { signal } : {});
export const post = <T>(path: string, body: unknown = {}, key?: string) =>
  request<T>(path, key ? { method: 'POST', body, key } : { method: 'POST', body });
export const put = <T>(path: string, body: unknown) => request<T>(path, { method: 'PUT', body });
export const patch = <T>(path: string, body: unknown, version: number) => request<T>(path, { method: 'PATCH', body, version });
export const del = (path: string) => request<void>(path, { method: 'DELETE' });
