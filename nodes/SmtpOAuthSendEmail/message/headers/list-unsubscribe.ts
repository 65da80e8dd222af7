import type { HeaderField } from './custom-headers';
import { parseAddressList } from '../addresses/address-list';
import { PARAMETER_NAMES, refuse, showValue, type Parsed } from '../fields/parameter-problem';
import {
	refuseExpressionText,
	refuseHeaderLine,
	trimPasted,
	unescapeAngles,
} from '../fields/pasted-text';
import { succeed } from '../../result/result';

const PARAMETER = PARAMETER_NAMES.listUnsubscribe;
const MAX_URI_LENGTH = 900;
const REMEDY =
	'Write it as https://example.com/unsubscribe?id=123, mailto:leave@example.com, or both separated by a comma.';

/**
 * Splits `<a>, <b>` or `a, b`, where a comma, semicolon or white space separates only before the scheme
 * of another URI: any other one belongs to its URI. A text that is neither stays whole.
 */
function splitUris(given: string): string[] {
	const text = unescapeAngles(given)
		.replaceAll('&amp;', '&')
		.replace(/^list-unsubscribe:/i, '');
	if (!text.includes('<')) {
		return text.split(
			/,(?=\s{0,99}(?:$|[a-z][a-z\d+.-]{0,30}:))|[\s;|](?=\s{0,99}(?:https|mailto):)/i,
		);
	}
	const isBracketed = /^(?:[\s,;]*<[^<>]*>)+[\s,;]*$/.test(text);
	// A line break within brackets is folding
	return isBracketed
		? (text.match(/(?<=<)[^<>]*(?=>)/g) ?? []).map((uri) => uri.replace(/[\r\n]+[ \t]*/g, ''))
		: [text];
}

/** Without the separators, and the quotes, that may stand around it. */
function trimUri(text: string): string {
	const uri = trimPasted(text.replace(/^[\s,;]{0,99}|[,;]{1,99}$/g, ''));
	return uri.replace(/^["'“‘](.*)["'”’]$/, '$1');
}

/** `text` begins with https: already; a URL of that scheme without a host doesn't parse. */
function readHttpsUri(text: string): string | undefined {
	if (!URL.canParse(text)) return undefined;
	// As written where that is a URI already: a signature may depend on every character
	return /^[\x21\x23-\x3b\x3d\x3f-\x7e]+$/.test(text) ? text : new URL(text).href;
}

function readMailtoUri(text: string): string | undefined {
	const uri = text.replaceAll(' ', '%20');
	if (!/^mailto:[\x21\x23-\x3b\x3d\x3f-\x7e]+$/i.test(uri)) return undefined;
	const [recipients = ''] = uri.slice('mailto:'.length).split('?');
	try {
		const addresses = parseAddressList(decodeURIComponent(recipients), PARAMETER);
		return addresses.ok && addresses.value.length > 0 ? uri : undefined;
	} catch {
		// A percent sign that encodes nothing
		return undefined;
	}
}

/**
 * Reads https: or mailto: URIs, separated by commas or line breaks, with or without angle brackets
 * (RFC 2369 §2), as List-Unsubscribe (RFC 2369 §3.2) and List-Unsubscribe-Post (RFC 8058 §3.1); an empty
 * value means that there is no such header. One-click unsubscribing is offered when exactly one of the
 * URIs is https:; with several it would be unclear which one takes the POST.
 */
export function parseListUnsubscribe(text: string): Parsed<HeaderField[]> {
	const uris: string[] = [];
	let httpsCount = 0;
	const trimmed = trimPasted(text);
	const headerLine = refuseHeaderLine(trimmed, PARAMETER, REMEDY);
	if (headerLine !== undefined) return headerLine;
	const expression = refuseExpressionText(trimmed, PARAMETER);
	if (expression !== undefined) return expression;
	for (const item of splitUris(trimmed).map(trimUri)) {
		if (item === '') continue;
		const isHttps = /^https:/i.test(item);
		const read = isHttps ? readHttpsUri : readMailtoUri;
		const uri = item.length > MAX_URI_LENGTH || item.includes('\0') ? undefined : read(item);
		if (uri === undefined || uri.length > MAX_URI_LENGTH) {
			return refuse(
				PARAMETER,
				`has ${showValue(item)}, which is not an https: or mailto: address`,
				REMEDY,
			);
		}
		if (isHttps) httpsCount += 1;
		uris.push(`<${uri}>`);
	}
	const post = httpsCount === 1 ? 'List-Unsubscribe=One-Click' : '';
	return succeed([
		{ name: 'List-Unsubscribe', value: uris.join(', ') },
		{ name: 'List-Unsubscribe-Post', value: post },
	]);
}
