import { toWellFormed } from './well-formed';

/** Secrets shorter than this are left alone: removing them would only destroy ordinary words. */
const MIN_SECRET_LENGTH = 4;

/** Fewer base64 characters than this occur in ordinary text by chance. */
const MIN_BASE64_LENGTH = 5;

/** What base64 and base64url consist of (RFC 4648 §4 and §5). */
export const BASE64_CHARACTER = /[A-Za-z0-9+/_=-]/;

/** The ways in which one secret may stand in a text. */
export interface SecretForms {
	/** Written out, URL-encoded, escaped as JSON. */
	readonly written: readonly string[];
	/**
	 * The part of its base64 that does not depend on the bytes around it, at each of the three
	 * possible alignments: inside a SASL response the secret begins anywhere in a group.
	 */
	readonly base64: readonly string[];
	/** Its hexadecimal digits, in lower case. */
	readonly hex: string;
}

function base64Cores(secret: string): string[] {
	const bytes = Buffer.from(secret, 'utf8');
	return [0, 1, 2].flatMap((offset) => {
		const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
		const start = Math.ceil((offset * 8) / 6);
		const end = Math.floor(((offset + bytes.length) * 8) / 6);
		const core = encoded.slice(start, end);
		if (core.length < MIN_BASE64_LENGTH) return [];
		return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
	});
}

/** Percent-encoded as URLs, forms and strict encoders do it (RFC 3986 §2.1), in both cases. */
function percentForms(secret: string): string[] {
	const forms = [
		encodeURIComponent(secret),
		encodeURI(secret),
		new URLSearchParams({ '': secret }).toString().slice(1),
		encodeURIComponent(secret).replace(
			/[!'()*]/g,
			(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
		),
	];
	return forms.flatMap((form) => [
		form,
		form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
	]);
}

/**
 * The forms of a secret that `redact` looks for, longest first, so that no form leaves the rest
 * of a longer one behind. Empty for secrets too short to be told from words.
 */
export function findSecretForms(secret: string): SecretForms {
	const trimmed = secret.trim();
	if (trimmed.length < MIN_SECRET_LENGTH) return { written: [], base64: [], hex: '' };
	const wellFormed = toWellFormed(trimmed);
	const written = [trimmed, ...percentForms(wellFormed), JSON.stringify(trimmed).slice(1, -1)];
	const longestFirst = (a: string, b: string): number => b.length - a.length;
	return {
		written: [...new Set(written)].sort(longestFirst),
		base64: [...new Set(base64Cores(trimmed))].sort(longestFirst),
		hex: Buffer.from(trimmed, 'utf8').toString('hex'),
	};
}
