import type { IExecuteFunctions } from 'n8n-workflow';
import type { DeliveryOptions } from '../../../delivery/send-job';
import type { FileReference } from '../../../message/content/attachment-source';
import type { MessageBodies } from '../../../message/content/attribution';
import { chooseBodies, type BodyFormat } from '../../../message/content/bodies';
import type { DsnRequest, MessageFields } from '../../../message/fields/message-fields';
import { showValue } from '../../../message/fields/parameter-problem';
import { hasExpression } from '../../../message/fields/pasted-text';
import { asFiles } from './file-parameter';
import { MAIL_OPTIONS } from './mail-option-properties';
import type { MailOption } from './mail-options';
import {
	asBoolean,
	asChoice,
	asFields,
	asInteger,
	asRows,
	asString,
	asText,
	fieldReader,
	isEmpty,
	nameOf,
	readValue,
	refuse,
	type NamedValue,
} from './parameter-reader';
import { asLines } from './text-list';

/** From, To, Subject and the bodies: typed, with defaults; addresses not yet parsed. */
export type MailFields = Pick<MessageFields, 'fromEmail' | 'toEmail' | 'subject' | 'text' | 'html'>;

/** The shared options of one item: typed, with defaults; addresses and headers not yet parsed. */
export interface MailOptions {
	/** What becomes part of the message. */
	readonly fields: Omit<MessageFields, 'user' | 'attachments' | keyof MailFields>;
	/** `undefined` where the option is not set: operations have different defaults. */
	readonly appendAttribution: boolean | undefined;
	/** Files reachable as `cid:<property>`. */
	readonly attachments: readonly FileReference[];
	/** Files attached as regular ones only. */
	readonly fileAttachments: readonly FileReference[];
	readonly delivery: DeliveryOptions;
}

/** A body has room for JSON that people can read. */
const BODY_INDENT = 2;

const DSN_EVENTS = ['never', 'success', 'failure', 'delay'] as const;

/** Reads options by their name, and names them as the editor shows them. */
function optionReader(
	options: Readonly<Record<string, unknown>>,
): (name: MailOption) => NamedValue {
	const read = fieldReader('Options', options);
	return (name) => read(name, MAIL_OPTIONS[name].displayName);
}

function readDsn(named: NamedValue): DsnRequest | undefined {
	const { label } = named;
	const settings = asFields({ label, value: asFields(named)['settings'] });
	if (Object.keys(settings).length === 0) return undefined;
	const given = settings['notify'] ?? ['failure'];
	const wanted: readonly unknown[] = Array.isArray(given)
		? given
		: asString({ label, value: given }).split(',');
	const notify = wanted.map((event) => {
		const value = typeof event === 'string' ? event.trim() : event;
		return asChoice({ label, value }, DSN_EVENTS, 'failure');
	});
	if (notify.includes('never') && notify.length > 1) {
		refuse(
			label,
			`"${label}" asks for "never" together with other notifications.`,
			'Choose either "Never" alone or any of the others.',
		);
	}
	return {
		notify: notify.length === 0 ? ['failure'] : notify,
		returnContent: asChoice({ label, value: settings['return'] }, ['headers', 'full'], 'headers'),
	};
}

/** A key that comes out empty would protect nothing, and NaN would be the same for every message. */
function readKey(options: Readonly<Record<string, unknown>>): string {
	if (!Object.hasOwn(options, 'idempotencyKey')) return '';
	const { label, value } = optionReader(options)('idempotencyKey');
	const key =
		typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
			? asText({ label, value }).trim()
			: '';
	const isFixed = hasExpression(key);
	if (isFixed || /undefined|\[object Object\]/.test(key)) {
		refuse(
			label,
			`"${label}" is ${showValue(key)}, so that all messages would have the same key.`,
			isFixed
				? 'Switch the field from Fixed to Expression.'
				: 'Correct the expression so that it gives a text of its own for every item.',
		);
	}
	if (key !== '') return key;
	return refuse(
		label,
		`"${label}" gives ${nameOf(value)} instead of a text: without a key the message could go out twice.`,
		'Correct the expression so that it gives a text for every item, or remove the option.',
	);
}

/** Reads one node parameter of one item, its expression evaluated. */
type ParameterSource = Pick<IExecuteFunctions, 'getNodeParameter'>;

function reader(functions: ParameterSource, itemIndex: number) {
	return (name: string, label: string, fallback = ''): NamedValue =>
		readValue(functions, name, label, itemIndex, fallback);
}

/**
 * Reads the format of the bodies.
 *
 * @throws ParameterError when it is none
 */
export function readFormat(functions: ParameterSource, itemIndex: number): BodyFormat {
	const named = reader(functions, itemIndex)('emailFormat', 'Email Format', 'html');
	return asChoice(named, ['text', 'html', 'both'], 'html');
}

function isAbsent(value: unknown): boolean {
	return isEmpty(value) || value === false;
}

function readBodies(functions: ParameterSource, itemIndex: number): MessageBodies {
	const read = reader(functions, itemIndex);
	const format = readFormat(functions, itemIndex);
	const asBody = (named: NamedValue): string => asText(named, BODY_INDENT);
	const text = read('text', 'Text');
	if (format === 'text') return chooseBodies(format, asBody(text), '');
	const html = read('html', 'HTML');
	// Of two bodies, `false` is one that is missing: so n8n's triggers give the HTML of a plain mail
	const isAlone = format === 'html' && isAbsent(text.value);
	const asHalf = (named: NamedValue): string => (isAbsent(named.value) ? '' : asBody(named));
	return isAlone
		? chooseBodies(format, '', asBody(html))
		: chooseBodies(format, asHalf(text), asHalf(html));
}

/**
 * Reads the parameters of `MAIL_PROPERTIES` for one item, each expression once.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readMailFields(functions: ParameterSource, itemIndex: number): MailFields {
	const read = reader(functions, itemIndex);
	return {
		fromEmail: asLines(read('fromEmail', 'From Email')),
		toEmail: asLines(read('toEmail', 'To Email')),
		subject: asText(read('subject', 'Subject')),
		...readBodies(functions, itemIndex),
	};
}

function refuseIgnoredCertificates(named: NamedValue): void {
	const { label } = named;
	if (!asBoolean(named, false)) return;
	refuse(
		label,
		`"${label}" is not a setting of this node.`,
		"Switch the option off here. If the mail server has a certificate of a private authority, paste that authority's certificate into CA Certificate of the credential. Allow Unauthorized Certificates stands there, too.",
	);
}

function readHeaders(named: NamedValue): MessageFields['headers'] {
	const { label } = named;
	return asRows({ label, value: asFields(named)['entries'] }).map((row) => ({
		name: asString({ label: `${label} → Name`, value: row['name'] }),
		value: asText({ label: `${label} → Value`, value: row['value'] }),
	}));
}

function readDelivery(options: Readonly<Record<string, unknown>>): DeliveryOptions {
	const option = optionReader(options);
	const idempotencyKey = readKey(options);
	const partialRejection = asChoice(option('partialRejection'), ['success', 'error'], 'success');
	const integer = (name: 'maxAttempts' | 'maxWaitSeconds' | 'timeoutSeconds'): number => {
		const { typeOptions, default: fallback } = MAIL_OPTIONS[name];
		const { minValue: min, maxValue: max } = typeOptions;
		return asInteger(option(name), { min, max, fallback });
	};
	const timeoutMs = integer('timeoutSeconds') * 1_000;
	const maxWaitSeconds = integer('maxWaitSeconds');
	return {
		maxAttempts: integer('maxAttempts'),
		timeoutMs,
		isPartialAnError: partialRejection === 'error',
		resendUnknown: asBoolean(option('resendUnknown'), false),
		debug: asBoolean(option('debug'), false),
		maxWaitMs: maxWaitSeconds === 0 ? undefined : maxWaitSeconds * 1_000,
		...(idempotencyKey === '' ? {} : { idempotencyKey }),
	};
}

/**
 * Reads the shared options of one item (`optionsProperty`); those that an operation does not offer
 * have their defaults.
 *
 * @param options the values of the collection by name, as `readOptions` gives them
 * @throws ParameterError naming the option as the editor shows it
 */
export function readMailOptions(options: Readonly<Record<string, unknown>>): MailOptions {
	const option = optionReader(options);
	const priority = asChoice(option('priority'), ['high', 'normal', 'low'], 'normal');
	const dsn = readDsn(option('dsn'));
	refuseIgnoredCertificates(option('allowUnauthorizedCerts'));
	// Read when the item is put out (`readPassBinary`); here only refused where it is no switch.
	asBoolean(option('passBinary'), false);
	return {
		fields: {
			ccEmail: asLines(option('ccEmail')),
			bccEmail: asLines(option('bccEmail')),
			replyTo: asLines(option('replyTo')),
			sender: asLines(option('sender')),
			headers: readHeaders(option('headers')),
			...(options['priority'] === undefined ? {} : { priority }),
			inReplyTo: asLines(option('inReplyTo')),
			references: asLines(option('references')),
			messageId: asString(option('messageId')),
			listUnsubscribe: asLines(option('listUnsubscribe')),
			icalEvent: asString(option('icalEvent')),
			...(dsn === undefined ? {} : { dsn }),
		},
		appendAttribution:
			options['appendAttribution'] === undefined
				? undefined
				: asBoolean(option('appendAttribution'), true),
		attachments: asFiles(option('attachments')),
		fileAttachments: asFiles(option('fileAttachments')),
		delivery: readDelivery(options),
	};
}

/**
 * Reads the collection "Options" of one item, its expressions evaluated.
 *
 * @throws ParameterError when an expression fails
 */
export function readOptions(
	functions: ParameterSource,
	itemIndex: number,
): Readonly<Record<string, unknown>> {
	return asFields(readValue(functions, 'options', 'Options', itemIndex, {}));
}

/**
 * Reads whether the output item gets the input item's binary data, by itself: it holds also for an item
 * whose other parameters are wrong, or that is skipped. `false` where it cannot be read.
 */
export function readPassBinary(functions: ParameterSource, itemIndex: number): boolean {
	const { name, displayName } = MAIL_OPTIONS.passBinary;
	try {
		return asBoolean(readValue(functions, `options.${name}`, displayName, itemIndex, ''), false);
	} catch {
		return false;
	}
}
