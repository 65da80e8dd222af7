import { createSign, createVerify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A JSON Web Token, taken apart; nothing in it is checked (RFC 7519). */
export interface ReadJwt {
	readonly header: Readonly<Record<string, unknown>>;
	readonly claims: Readonly<Record<string, unknown>>;
	/** What the signature is over (RFC 7515 §5.1). */
	readonly signedText: string;
	readonly signature: Buffer;
}

/** Makes a token signed with RS256, also if its header names another `alg`. */
export function signJwt(
	claims: Readonly<Record<string, unknown>>,
	privateKey: KeyObject | string,
	header: Readonly<Record<string, unknown>> = {},
): string {
	const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
	const text = `${encode({ typ: 'JWT', alg: 'RS256', ...header })}.${encode(claims)}`;
	return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
}

/** Takes a token apart; `undefined` where it is none. */
export function readJwt(token: string): ReadJwt | undefined {
	const [header = '', claims = '', signature = '', ...rest] = token.split('.');
	const readHeader = readPart(header);
	const readClaims = readPart(claims);
	if (rest.length > 0 || signature === '' || !readHeader || !readClaims) return undefined;
	return {
		header: readHeader,
		claims: readClaims,
		signedText: `${header}.${claims}`,
		signature: Buffer.from(signature, 'base64url'),
	};
}

/** Whether the RS256 signature is this key's. */
export function isSignedBy({ header, signedText, signature }: ReadJwt, key: KeyObject): boolean {
	return (
		header['alg'] === 'RS256' &&
		createVerify('RSA-SHA256').update(signedText).verify(key, signature)
	);
}

function readPart(part: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
		return typeof value === 'object' && value !== null && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}
