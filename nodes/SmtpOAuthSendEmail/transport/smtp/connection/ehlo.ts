import type { FailureDraft } from '../../../failure/model/failure';

/** What a server's EHLO reply says it can do (RFC 5321 §4.1.1.1). */
export interface ServerCapabilities {
	/** SASL mechanisms, upper case, in the server's order (RFC 4954 §3). */
	readonly mechanisms: readonly string[];
	readonly hasSmtpUtf8: boolean;
	readonly hasDsn: boolean;
	/** The SIZE limit in bytes (RFC 1870); missing where the server states none. */
	readonly maxMessageBytes?: number | undefined;
}

/** Mechanisms that are looked at; the registry of SASL has fewer. */
const MAX_MECHANISMS = 50;

/** RFC 4422 §3.1 allows 20. */
const MAX_MECHANISM_LENGTH = 64;

/**
 * Reads an EHLO reply as received, line by line. A HELO reply or anything else that is no EHLO
 * reply gives no capabilities.
 */
export function readEhlo(reply: string): ServerCapabilities {
	const mechanisms = new Set<string>();
	const keywords = new Set<string>();
	let maxMessageBytes: number | undefined;
	for (const line of reply.split(/\r?\n/).slice(1)) {
		// Some old servers write "AUTH=LOGIN PLAIN".
		const words = line
			.replace(/^250[ -]/, '')
			.toUpperCase()
			.split(/[\s=]+/);
		const keyword = words[0] ?? '';
		keywords.add(keyword);
		if (keyword === 'AUTH') {
			for (const mechanism of words.slice(1)) {
				const isName = mechanism !== '' && mechanism.length <= MAX_MECHANISM_LENGTH;
				if (isName && mechanisms.size < MAX_MECHANISMS) mechanisms.add(mechanism);
			}
		}
		if (keyword === 'SIZE') {
			const limit = Number(words[1]);
			if (Number.isSafeInteger(limit) && limit > 0) maxMessageBytes = limit;
		}
	}
	return {
		mechanisms: [...mechanisms],
		hasSmtpUtf8: keywords.has('SMTPUTF8'),
		hasDsn: keywords.has('DSN'),
		maxMessageBytes,
	};
}

/** Lines of an EHLO reply that are looked at. */
const MAX_EXTENSIONS = 50;

/** The extensions in an EHLO reply as the server writes them, but for AUTH and SIZE. */
export function listExtensions(reply: string): readonly string[] {
	return reply
		.split(/\r?\n/)
		.slice(1, 1 + MAX_EXTENSIONS)
		.map((line) => line.replace(/^250[ -]/, '').trim())
		.filter((line) => line !== '' && !/^(?:AUTH|SIZE)(?![\w-])/i.test(line));
}

/** The fault of a server that cannot take an address with characters outside ASCII (RFC 6531). */
export function smtpUtf8Missing(address: string): FailureDraft {
	return {
		code: 'SMTPUTF8_NOT_OFFERED',
		detail: `${address} has letters outside a–z before the @, which this mail server does not support (SMTPUTF8).`,
	};
}
