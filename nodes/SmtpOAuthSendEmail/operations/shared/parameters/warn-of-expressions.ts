import type { INode } from 'n8n-workflow';
import type { MessageFields } from '../../../message/fields/message-fields';
import { PARAMETER_NAMES } from '../../../message/fields/parameter-problem';
import { hasExpression, isBlank } from '../../../message/fields/pasted-text';
import { MAIL_OPTIONS } from './mail-option-properties';
import type { MailFields } from './read-mail-parameters';

/** Without these, the message goes out incomplete. */
const OPTIONS_THAT_LOSE = [
	'ccEmail',
	'bccEmail',
	'replyTo',
	'attachments',
	'fileAttachments',
] as const;

function isExpression(value: unknown): boolean {
	return typeof value === 'string' && value.startsWith('=');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** What is left of an object that an expression puts into a text, or of a value that is missing. */
const LOST_VALUE = /\[object Object\]|^\s*(?:undefined|null|NaN)\s*$/;

/** Tells of a text that goes out with an expression in it that nothing has evaluated. */
export function warnOfFixed(label: string, text: string): string[] {
	if (!hasExpression(text)) return [];
	return [
		`"${label}" goes out with {{ … }} as it stands. If that is an expression, switch the field from Fixed to Expression.`,
	];
}

/** A text that shows what JavaScript makes of a value that is none. */
function warnOfLostValue(label: string, text: string): string[] {
	const [lost] = LOST_VALUE.exec(text) ?? [];
	if (lost === undefined) return [];
	const remedy = lost.startsWith('[')
		? 'So reads an object within a text. Pick one of its fields, or write it with JSON.stringify().'
		: 'Give a value for when there is none, e.g. {{ $json.name ?? "you" }}.';
	return [`The expression in "${label}" gives "${lost.trim()}". ${remedy}`];
}

/** What an operation's warnings say. */
interface Wording {
	/** What becomes of a message with an empty subject; `undefined`: it gets one from elsewhere. */
	readonly emptySubject: string | undefined;
	/** What becomes of a message with an empty body. */
	readonly emptyBody: string;
	/** Name and label of the parameter that holds the plain text. */
	readonly text: readonly [name: string, label: string];
}

/** How `send` says it. */
export const SEND_WORDING: Wording = {
	emptySubject: 'the message has no subject',
	emptyBody: 'the message is empty',
	text: ['text', 'Text'],
};

/** Finds the options of one item whose expressions give nothing, so that a copy or a file is missing. */
export function warnOfLostOptions(
	{ parameters }: Pick<INode, 'parameters'>,
	options: Readonly<Record<string, unknown>>,
): string[] {
	const given = fieldsOf(parameters['options']);
	return OPTIONS_THAT_LOSE.filter(
		(name) => isExpression(given[name]) && options[name] === undefined,
	).map(
		(name) =>
			`The expression in "Options → ${MAIL_OPTIONS[name].displayName}" gives nothing: the message goes out without it.`,
	);
}

/**
 * Finds the expressions of one item that give nothing, or what a lost value reads as, where the author
 * expects something: a subject, a text, a copy, a file. And those in a subject or a text that are none
 * to n8n. The message goes out all the same, so that it has to be said.
 *
 * @param node as n8n stores it: `getNode()`, which copies it
 * @param options the values of the collection "Options" by name
 * @param wording of the operation
 * @returns a sentence each, for the status item's warnings
 */
export function warnOfExpressions(
	node: Pick<INode, 'parameters'>,
	mail: Pick<MailFields, 'subject' | 'text' | 'html'>,
	options: Readonly<Record<string, unknown>>,
	wording: Wording = SEND_WORDING,
): string[] {
	const { parameters } = node;
	const warnings: string[] = [];
	const { emptySubject, emptyBody, text: textParameter } = wording;
	const [textName, textLabel] = textParameter;
	if (emptySubject !== undefined && isBlank(mail.subject) && isExpression(parameters['subject'])) {
		warnings.push(`The expression in "Subject" gives nothing: ${emptySubject}.`);
	}
	if (isBlank(mail.text ?? '') && isBlank(mail.html ?? '')) {
		const labels = [
			...(mail.text !== undefined && isExpression(parameters[textName]) ? [`"${textLabel}"`] : []),
			...(isExpression(parameters['html']) ? ['"HTML"'] : []),
		];
		if (labels.length > 0) {
			warnings.push(`The expression in ${labels.join(' and ')} gives nothing: ${emptyBody}.`);
		}
	}
	const texts = [
		['subject', 'Subject', mail.subject],
		[textName, textLabel, mail.text],
		['html', 'HTML', mail.html],
	] as const;
	for (const [name, label, text = ''] of texts) {
		if (isExpression(parameters[name])) warnings.push(...warnOfLostValue(label, text));
		else warnings.push(...warnOfFixed(label, text));
	}
	return [...warnings, ...warnOfLostOptions(node, options)];
}

const ADDRESS_FIELDS = [
	'fromEmail',
	'toEmail',
	'ccEmail',
	'bccEmail',
	'replyTo',
	'sender',
] as const;

/**
 * Finds names, headers and links of a message that show an expression, or `undefined` for a value that is
 * missing. The message goes out all the same.
 *
 * @returns a sentence each, for the status item's warnings
 */
export function warnOfFields(
	fields: Pick<MessageFields, (typeof ADDRESS_FIELDS)[number] | 'headers' | 'listUnsubscribe'>,
): string[] {
	const texts = [
		...[...ADDRESS_FIELDS, 'listUnsubscribe' as const].map(
			(name) => [PARAMETER_NAMES[name], fields[name]] as const,
		),
		...fields.headers.map(
			({ name, value }) => [`${PARAMETER_NAMES.headers} → ${name}`, value] as const,
		),
	];
	return texts.flatMap(([label, text]) => [
		...warnOfFixed(label, text),
		...(/(?<![\w.-])undefined(?![\w.-])/.test(text)
			? [`"${label}" goes out with "undefined" for a value that is missing.`]
			: []),
	]);
}
