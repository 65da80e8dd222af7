import { redact, safeText } from '../failure/redact';
import type { Rejection } from '../status/status-item';

function property(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * Reads nodemailer's `rejectedErrors` (one error for each RCPT TO the server refused) into the
 * status item's form; anything else gives an empty list.
 */
export function readRejections(errors: unknown, secrets: readonly string[]): readonly Rejection[] {
	if (!Array.isArray(errors)) return [];
	return errors.flatMap((error: unknown) => {
		const address = property(error, 'recipient');
		if (typeof address !== 'string') return [];
		const reply = safeText(property(error, 'response'), 1_000);
		const parts = /^(\d{3})[ -]?(?:(\d\.\d{1,3}\.\d{1,3})\s+)?(.*)$/s.exec(reply);
		const enhanced = parts?.[2];
		return [
			{
				address,
				replyCode: Number(parts?.[1] ?? 0),
				...(enhanced === undefined ? {} : { enhancedStatusCode: enhanced }),
				reason: redact(parts?.[3] ?? reply, secrets),
			},
		];
	});
}
