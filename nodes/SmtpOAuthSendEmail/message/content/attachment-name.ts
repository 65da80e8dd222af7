import { detectExtension } from 'nodemailer/lib/mime-funcs';
import type { AttachmentSource } from '../fields/message-fields';

const MAX_NAME_OCTETS = 200;
const MAX_EXTENSION_LENGTH = 20;
const FALLBACK_TYPE = 'application/octet-stream';
// RFC 2045 §5.1
const MEDIA_TYPE = /^([\w!#$%&'*+\-.^`{|}~]{1,127})\/([\w!#$%&'*+\-.^`{|}~]{1,127})$/;
const KEPT_PARAMETER = /^(charset|method)=("?)([\w!#$&*+\-.^]{1,60})\2$/i;

/**
 * The media type of an attachment as its header will say it: the given one if it is one, else
 * `application/octet-stream`. So also for `multipart/*` and `message/*`, which must not be encoded
 * (RFC 2045 §6.4) and then might not be 7-bit.
 */
export function cleanMediaType(mimeType: string): string {
	const [type = '', ...parameters] = mimeType.split(';', 10).map((piece) => piece.trim());
	if (!MEDIA_TYPE.test(type) || /^(?:multipart|message)\//i.test(type)) return FALLBACK_TYPE;
	return [type.toLowerCase(), ...parameters.filter((piece) => KEPT_PARAMETER.test(piece))].join(
		'; ',
	);
}

function extensionFor(mimeType: string): string {
	const extension = detectExtension(cleanMediaType(mimeType).split(';')[0] ?? '');
	// nodemailer's table has an asterisk for application/octet-stream
	return /^\w+$/.test(extension) ? extension : 'bin';
}

/** Cuts at a character, never within one, so that the name has at most this many octets. */
function cutToOctets(name: string, octets: number): string {
	let cut = '';
	let used = 0;
	for (const character of name.slice(0, octets)) {
		used += Buffer.byteLength(character);
		if (used > octets) break;
		cut += character;
	}
	return cut;
}

/**
 * The file name recipients see: without folders, control characters and the marks that reverse
 * the direction of writing (which disguise an extension), at most 200 octets with its extension
 * kept. Without a usable name it is made from the binary property's.
 */
export function cleanFileName(
	source: Pick<AttachmentSource, 'fileName' | 'propertyName' | 'mimeType'>,
): string {
	const clean = (name: string): string =>
		(name.split(/[/\\]/).at(-1) ?? '')
			.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
			.replace(/\p{Cs}/gu, '\ufffd')
			.trim();
	const given = clean(source.fileName ?? '');
	const stem = clean(source.propertyName) || 'attachment';
	const name = given === '' ? `${stem}.${extensionFor(source.mimeType)}` : given;
	if (Buffer.byteLength(name) <= MAX_NAME_OCTETS) return name;
	const dotAt = name.lastIndexOf('.');
	const extension =
		name.length - dotAt <= MAX_EXTENSION_LENGTH && dotAt > 0 ? name.slice(dotAt) : '';
	return cutToOctets(name, MAX_NAME_OCTETS - Buffer.byteLength(extension)) + extension;
}
