import { isOwnAddress, type FailureContext } from './model/failure';

function formatSize(bytes: number): string {
	return bytes < 1_000_000
		? `${Math.ceil(bytes / 1_000)} kB`
		: `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * The size of a message and the largest that is taken, for people: in decimal units, as providers
 * count, or in bytes where these would hide the difference.
 */
export function formatSizes(sizeBytes: number, limitBytes: number): readonly [string, string] {
	const size = formatSize(sizeBytes);
	const limit = formatSize(limitBytes);
	return size === limit || limitBytes < 1_000_000
		? [`${String(sizeBytes)} bytes`, `${String(limitBytes)} bytes`]
		: [size, limit];
}

/** A wait for people: `45 seconds`, `5 minutes`, `22 hours`. */
export function formatDuration(ms: number): string {
	const seconds = Math.ceil(ms / 1_000);
	const say = (count: number, unit: string): string =>
		`${String(count)} ${unit}${count === 1 ? '' : 's'}`;
	if (seconds < 120) return say(seconds, 'second');
	const minutes = Math.ceil(seconds / 60);
	return minutes < 120 ? say(minutes, 'minute') : say(Math.ceil(minutes / 60), 'hour');
}

/** Both sizes, as far as they are known, as an insertion with its own space; else nothing. */
function insertSizes({ sizeBytes, maxMessageBytes }: FailureContext): string {
	const isKnown = (bytes: number | undefined): bytes is number =>
		bytes !== undefined && Number.isFinite(bytes) && bytes > 0;
	if (isKnown(sizeBytes) && isKnown(maxMessageBytes)) {
		const [size, limit] = formatSizes(sizeBytes, maxMessageBytes);
		return ` (it has ${size} as sent, the limit is ${limit})`;
	}
	const parts = [
		...(isKnown(sizeBytes) ? [`it has ${formatSize(sizeBytes)} as sent`] : []),
		...(isKnown(maxMessageBytes) ? [`the limit is ${formatSize(maxMessageBytes)}`] : []),
	];
	return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** Further addresses are counted. */
const MAX_NAMED = 3;

function nameRecipients({ recipients = [] }: FailureContext): string {
	const named = recipients.slice(0, MAX_NAMED);
	const last = named.at(-1);
	if (last === undefined) return 'a recipient of this message';
	if (recipients.length > MAX_NAMED) {
		return `${named.join(', ')} and ${String(recipients.length - MAX_NAMED)} more`;
	}
	return named.length === 1 ? last : `${named.slice(0, -1).join(', ')} and ${last}`;
}

function nameServer(context: FailureContext): string {
	const host = context.host ?? '';
	if (host === '') return 'the mail server';
	return context.port === undefined ? host : `${host}:${context.port}`;
}

/**
 * Puts what is known of the fault into a text of the catalogue: `{host}`, `{server}` (host and
 * port), `{user}`, `{from}`, `{recipients}`; `{offer}` (the mechanisms offered), `{sizes}` and `{orOwn}` (to
 * leave From Email empty) bring their own space. What is not known is named in words or left out.
 */
export function fillTemplate(template: string, context: FailureContext): string {
	const mechanisms = context.offeredMechanisms ?? [];
	const values: Readonly<Record<string, string>> = {
		host: context.host ?? 'the mail server',
		server: nameServer(context),
		user: context.user ?? 'the mailbox',
		from: context.from ?? 'this From address',
		recipients: nameRecipients(context),
		offer: mechanisms.length === 0 ? '' : ` (it offers ${mechanisms.join(', ')})`,
		sizes: insertSizes(context),
		orOwn: isOwnAddress(context)
			? ''
			: ` Or leave From Email empty: the mail then comes from ${context.user ?? 'the mailbox'}.`,
	};
	const filled = template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
	// A fallback may stand at the beginning of the sentence; a host name keeps its case.
	return /^(?:the|this) /.test(filled) ? `T${filled.slice(1)}` : filled;
}
