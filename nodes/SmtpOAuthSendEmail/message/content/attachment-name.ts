import { detectExtension } from 'nodemailer/lib/mime-funcs';
import { trimPasted } from '../fields/pasted-text';
import type { AttachmentSource } from '../fields/message-fields';

type NamedFile = Pick<AttachmentSource, 'fileName' | 'fileExtension' | 'propertyName' | 'mimeType'>;

const MAX_NAME_OCTETS = 200;
/** How much of a name is looked at, at each of its ends. */
const MAX_READ_CHARACTERS = 2_048;
const MAX_EXTENSION_LENGTH = 20;
const FALLBACK_TYPE = 'application/octet-stream';
// RFC 2045 §5.1, but for the asterisk: `*/*` is what a program takes, not what a file is
const MEDIA_TYPE = /^([\w!#$%&'+\-.^`{|}~]{1,127})\/([\w!#$%&'+\-.^`{|}~]{1,127})$/;
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

// Where nodemailer's table has none, or one that hardly a program knows
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
	['application/gzip', 'gz'],
	['application/vnd.apple.keynote', 'key'],
	['application/vnd.apple.numbers', 'numbers'],
	['application/vnd.apple.pages', 'pages'],
	['application/vnd.apache.parquet', 'parquet'],
	['application/vnd.rar', 'rar'],
	['application/vnd.sqlite3', 'sqlite'],
	['application/x-ndjson', 'ndjson'],
	['application/x-sqlite3', 'sqlite'],
	['application/x-yaml', 'yaml'],
	['audio/mp4', 'm4a'],
	['audio/mpeg', 'mp3'],
	['audio/ogg', 'ogg'],
	['audio/x-m4a', 'm4a'],
	['image/jpeg', 'jpg'],
	['text/markdown', 'md'],
	['text/vcard', 'vcf'],
	['text/x-log', 'log'],
	['text/x-python', 'py'],
	['text/yaml', 'yaml'],
]);

/** The extension of a file without a name: the one that n8n noted, else that of its type. */
function extensionFor({ fileExtension = '', mimeType }: NamedFile): string {
	const noted = fileExtension.replace(/^\./, '');
	if (/^\w[\w.-]{0,19}$/.test(noted)) return noted;
	const type = mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
	const known = EXTENSIONS.get(type) ?? detectExtension(type);
	// nodemailer's table has an asterisk for application/octet-stream, and no type gives bin
	if (/^\w+$/.test(known) && known !== 'bin') return known;
	// `application/ld+json` (RFC 6839), `audio/flac`, `image/heic`
	return /[+/](json|xml|zip|[a-z\d]{2,5})$/.exec(type)?.[1] ?? 'bin';
}

/** A path of the computer that the file comes from, not a title with a slash in it such as `4/2016`. */
function isPath(name: string): boolean {
	return /^(?:[/\\]|[a-z]:[/\\]|~[/\\]|\.{1,2}[/\\])/i.test(name) || /[/\\]\.\.[/\\]/.test(name);
}

/** A name without folders, control characters and marks of writing direction; empty if nothing is left. */
function cleanName(given: string): string {
	const name =
		given.length <= MAX_READ_CHARACTERS * 2
			? given
			: given.slice(0, MAX_READ_CHARACTERS) + given.slice(-MAX_READ_CHARACTERS);
	const last = isPath(name) || /[/\\]\s*$/.test(name) ? name.split(/[/\\]/).at(-1) : name;
	return trimPasted(
		(last ?? '')
			.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
			.replace(/\p{Cs}/gu, '\ufffd')
			.replace(/[/\\]/g, '_'),
	);
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
export function cleanFileName(source: NamedFile): string {
	const given = cleanName(source.fileName ?? '');
	const stem = cleanName(source.propertyName) || 'attachment';
	const name = given === '' ? `${stem}.${extensionFor(source)}` : given;
	if (Buffer.byteLength(name) <= MAX_NAME_OCTETS) return name;
	const dotAt = name.lastIndexOf('.');
	const extension =
		name.length - dotAt <= MAX_EXTENSION_LENGTH && dotAt > 0 ? name.slice(dotAt) : '';
	return cutToOctets(name, MAX_NAME_OCTETS - Buffer.byteLength(extension)) + extension;
}
