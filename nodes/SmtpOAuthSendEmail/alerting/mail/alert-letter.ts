import type { ErrorReport } from '../reading/error-report';
import { showItem } from '../reading/show-item';
import { wordsOf, wordsOfHtml } from '../reading/words-of';
import type { Severity } from '../problems/alert-state';
import type { Fact, Letter, LetterSection } from './letter';
import { showLine, showText, webAddress } from './show-text';
import type { LocalTime } from './show-time';

/** What an alert tells of a problem. */
export interface AlertContent {
	readonly report: ErrorReport;
	readonly severity: Severity;
	readonly introduction: string;
	readonly includeStack: boolean;
	/** The input item, where it is to be shown; `undefined` = not. */
	readonly item: unknown;
	/** Unix ms: when it happened last. */
	readonly atMs: number;
	/** Since the last mail of the problem, this time included. */
	readonly occurrences: number;
	/** How many of them were counted before without a mail. */
	readonly held: number;
	/** Unix ms: the first of those. */
	readonly heldSinceMs: number;
	/** Unix ms. */
	readonly firstSeenAtMs: number;
	/** Unix ms: until when repetitions are counted only; `undefined` = they are mailed. */
	readonly heldUntilMs: number | undefined;
	/** What the limit of mails an hour has held back since the last mail of the node. */
	readonly capped: {
		readonly count: number;
		readonly sinceMs: number;
		readonly maxPerHour: number;
	};
	readonly fingerprint: string;
}

/** The word for a severity that begins the subject and stands above the heading. */
export const BADGES: Readonly<Record<Severity, string>> = {
	critical: 'Critical',
	error: 'Error',
	warning: 'Warning',
	info: 'Info',
};

const MAX_NAME_LENGTH = 120;

function headingOf({ shape, workflow, node }: ErrorReport): string {
	const name = `"${showLine(workflow.name, MAX_NAME_LENGTH)}"`;
	const step = node === '' ? 'A step of' : `"${showLine(node, MAX_NAME_LENGTH)}" in`;
	const headings: Readonly<Record<ErrorReport['shape'], string>> = {
		execution: `Workflow ${name} failed`,
		trigger: `The trigger of workflow ${name} failed`,
		errorOutput: `${step} workflow ${name} failed`,
		statusItem: `Alert from workflow ${name}`,
		plain: `Alert from workflow ${name}`,
	};
	return headings[shape];
}

/** `12 occurrences`, `1 occurrence`. */
export function countOf(count: number, noun = 'occurrence'): string {
	return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`;
}

function occurrencesOf(content: AlertContent, time: LocalTime): string {
	const { occurrences, held, heldSinceMs } = content;
	if (held === 0) return occurrences.toLocaleString('en-GB');
	return `${occurrences.toLocaleString('en-GB')} since ${time.show(heldSinceMs)}; ${held.toLocaleString('en-GB')} of them ${held === 1 ? 'was' : 'were'} held back`;
}

function listOf(...parts: readonly string[]): string {
	return parts.filter((part) => part !== '').join(', ');
}

function factsOf(content: AlertContent, time: LocalTime): Fact[] {
	const { report, atMs, firstSeenAtMs } = content;
	const { workflow, node, errorClass, code, execution } = report;
	const facts: Fact[] = [
		{ label: 'Workflow', text: showLine(workflow.name, MAX_NAME_LENGTH) },
		{ label: 'Node', text: showLine(node, MAX_NAME_LENGTH) },
		{ label: 'Time', text: time.show(atMs) },
		{ label: 'Occurrences', text: occurrencesOf(content, time) },
		{ label: 'First seen', text: firstSeenAtMs < atMs ? time.show(firstSeenAtMs) : '' },
		{ label: 'Error', text: showLine(listOf(errorClass, code), 80) },
	];
	if (execution !== undefined && execution.id !== '') {
		const { id, mode, retryOf, url } = execution;
		const details = listOf(mode && `started by ${mode}`, retryOf && `retry of ${retryOf}`);
		const text = showLine(details === '' ? id : `${id} (${details})`, 120);
		facts.push({ label: 'Execution', text, link: webAddress(url) });
	}
	return facts.filter(({ text }) => text !== '');
}

/** The stack without its first lines, where these repeat the message. */
function stackOf({ stack, message }: ErrorReport): string {
	const start = stack.indexOf('\n    at ');
	const isRepeated = start !== -1 && stack.slice(0, start).includes(message.slice(0, 100));
	const shown = isRepeated ? stack.slice(start + 1) : stack;
	return showText(shown.replace(/^ +at /gm, 'at '), { maxLines: 15, maxLength: 2_000 });
}

function itemOf(item: unknown): string {
	return item === undefined ? '' : showText(showItem(item), { maxLines: 500, maxLength: 4_100 });
}

function sectionsOf({ report, includeStack, item }: AlertContent): LetterSection[] {
	const { earlierAlert, description } = report;
	const sections: LetterSection[] = [
		{
			heading: 'An alert before this one was not sent',
			text: showText(earlierAlert, { maxLines: 10, maxLength: 1_000 }),
			isCode: false,
		},
		{
			heading: 'Details',
			text: showText(wordsOfHtml(description), { maxLines: 30, maxLength: 3_000 }),
			isCode: false,
		},
		{ heading: 'Stack', text: includeStack ? stackOf(report) : '', isCode: true },
		{ heading: 'Item', text: itemOf(item), isCode: true },
	];
	return sections.filter(({ text }) => text !== '');
}

function footnotesOf(content: AlertContent, time: LocalTime): string[] {
	const { heldUntilMs, capped, fingerprint } = content;
	return [
		capped.count === 0
			? ''
			: `The limit of ${capped.maxPerHour === 0 ? 'mails' : countOf(capped.maxPerHour, 'mail')} an hour has held back ${countOf(capped.count)} since ${time.show(capped.sinceMs)}. Each is counted with its problem.`,
		heldUntilMs === undefined
			? ''
			: `If it happens again before ${time.show(heldUntilMs)}, it is counted and not mailed.`,
		`Fingerprint: ${fingerprint}`,
	].filter((text) => text !== '');
}

/** Writes an alert. */
export function alertLetter(content: AlertContent, time: LocalTime): Letter {
	const { report, severity, introduction } = content;
	return {
		severity,
		badge: BADGES[severity],
		heading: headingOf(report),
		introduction: showText(wordsOf(introduction), { maxLines: 50, maxLength: 5_000 }),
		lead: showText(wordsOf(report.message), { maxLines: 20, maxLength: 1_500 }),
		facts: factsOf(content, time),
		action: { label: 'Open the execution', link: webAddress(report.execution?.url ?? '') },
		lists: [],
		sections: sectionsOf(content),
		footnotes: footnotesOf(content, time),
	};
}

/** What a problem is called in subjects and lists: its message in one line. */
export function titleOf({ message }: ErrorReport): string {
	return showLine(wordsOf(message), 150);
}

/** The subject of an alert: the same for all mails of a problem, so that clients keep them together. */
export function alertSubject(severity: Severity, workflow: string, title: string): string {
	return showLine(`[${BADGES[severity]}] ${workflow}: ${title}`, 180);
}
