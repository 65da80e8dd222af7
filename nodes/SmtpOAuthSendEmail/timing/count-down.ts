/**
 * Limits whose time runs from now on: each call gives them with the ms that are left, at least 1.
 * Real time.
 */
export function countDown<Limits extends { readonly timeoutMs: number }>(
	limits: Limits,
): () => Limits {
	const endsAtMs = performance.now() + limits.timeoutMs;
	return () => ({ ...limits, timeoutMs: Math.max(1, endsAtMs - performance.now()) });
}
