import { parseAddressList } from '../addresses/address-list';
import { PARAMETER_NAMES, accept, refuse, showValue } from '../fields/parameter-problem';
import type { Parsed } from '../fields/parameter-problem';

/** The two header values of an unsubscribe offer; the second exists only with an https: URI. */
export interface UnsubscribeOffer {
	/** List-Unsubscribe (RFC 2369 §3.2). */
	readonly uris: string;
	/** List-Unsubscribe-Post (RFC 8058 §3.1). */
	readonly post?: string;
}

const PARAMETER = PARAMETER_NAMES.listUnsubscribe;
const MAX_URI_LENGTH = 900;

function dropLastComma(text: string): string {
	const trimmed = text.trim();
	return trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed;
}

/** Splits `<a>, <b>` or `a, b`; a comma within a URI stays where no scheme follows it. Undefined if it is neither. */
function splitUris(text: string): string[] | undefined {
	if (!text.includes('<')) {
		const items = text.split(/,\s*(?=[a-z][a-z\d+.-]*:)/i);
		return items.map((item, index) => (index < items.length - 1 ? item : dropLastComma(item)));
	}
	const isBracketed = /^(?:[\s,]*<[^<>]*>)+[\s,]*$/.test(text);
	return isBracketed ? text.match(/(?<=<)[^<>]*(?=>)/g)?.slice() : undefined;
}

/** `text` begins with https: already; a URL of that scheme without a host doesn't parse. */
function readHttpsUri(text: string): string | undefined {
	if (!URL.canParse(text)) return undefined;
	// As written where that is a URI already: a signature may depend on every character
	return /^[\x21\x23-\x3b\x3d\x3f-\x7e]+$/.test(text) ? text : new URL(text).href;
}

function readMailtoUri(text: string): string | undefined {
	if (!/^mailto:[\x21\x23-\x3b\x3d\x3f-\x7e]+$/i.test(text)) return undefined;
	const [recipients = ''] = text.slice('mailto:'.length).split('?');
	try {
		const addresses = parseAddressList(decodeURIComponent(recipients), PARAMETER);
		return addresses.ok && addresses.value.length > 0 ? text : undefined;
	} catch {
		// A percent sign that encodes nothing
		return undefined;
	}
}

/**
 * Reads one or more https: or mailto: URIs, comma-separated, with or without angle brackets
 * (RFC 2369 §2). One-click unsubscribing (RFC 8058) is offered when one of them is https:.
 */
export function parseListUnsubscribe(text: string): Parsed<UnsubscribeOffer> {
	const uris: string[] = [];
	let isOneClick = false;
	for (const item of splitUris(text) ?? [text]) {
		const trimmed = item.trim();
		const isHttps = /^https:/i.test(trimmed);
		const uri = isHttps ? readHttpsUri(trimmed) : readMailtoUri(trimmed);
		if (/[\r\n\0]/.test(text) || uri === undefined || uri.length > MAX_URI_LENGTH) {
			return refuse(
				PARAMETER,
				`${PARAMETER} has ${showValue(item)}, which is not an https: or mailto: address.`,
				'Write it as https://example.com/unsubscribe?id=123, mailto:leave@example.com, or both separated by a comma.',
			);
		}
		isOneClick ||= isHttps;
		uris.push(`<${uri}>`);
	}
	const value = uris.join(', ');
	return accept(isOneClick ? { uris: value, post: 'List-Unsubscribe=One-Click' } : { uris: value });
}
