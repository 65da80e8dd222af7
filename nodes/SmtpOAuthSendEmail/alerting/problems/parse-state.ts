import { readText } from '../reading/read-text';
import { isObject, readProperty } from '../../untrusted/read-property';
import {
	emptyState,
	SEVERITIES,
	type AlertNode,
	type AlertState,
	type LastMail,
	type Problem,
} from './alert-state';
import type { Count, Tally } from './tally';

function entriesOf<T>(value: unknown, parse: (entry: unknown) => T | undefined): Record<string, T> {
	if (!isObject(value)) return {};
	const parsed = Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
		const result = key === '__proto__' ? undefined : parse(entry);
		return result === undefined ? [] : [[key, result] as const];
	});
	return Object.fromEntries(parsed);
}

function readNumber(value: unknown, key: string): number | undefined {
	const number = readProperty(value, key);
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function parseCount(value: unknown): Count | undefined {
	const seen = readNumber(value, 'seen');
	if (seen === undefined) return undefined;
	return { seen, told: readNumber(value, 'told') ?? 0, sinceMs: readNumber(value, 'sinceMs') ?? 0 };
}

function parseTally(value: unknown): Tally {
	return entriesOf(value, parseCount);
}

function parseMail(value: unknown): LastMail | undefined {
	const atMs = readNumber(value, 'atMs');
	const thread = readProperty(value, 'thread');
	const messageId = readText(thread, 'messageId');
	if (atMs === undefined || messageId === '') return undefined;
	return {
		atMs,
		thread: { day: readText(thread, 'day'), messageId, subject: readText(thread, 'subject') },
		provider: readText(value, 'provider'),
		transport: readText(value, 'transport'),
	};
}

function parseProblem(value: unknown): Problem | undefined {
	const fingerprint = readText(value, 'fingerprint');
	const firstSeenAtMs = readNumber(value, 'firstSeenAtMs');
	const lastSeenAtMs = readNumber(value, 'lastSeenAtMs');
	if (fingerprint === '' || firstSeenAtMs === undefined || lastSeenAtMs === undefined)
		return undefined;
	const severity = SEVERITIES.find((known) => known === readText(value, 'severity')) ?? 'error';
	return {
		fingerprint,
		alertNode: readText(value, 'alertNode'),
		title: readText(value, 'title'),
		workflow: readText(value, 'workflow'),
		node: readText(value, 'node'),
		severity,
		firstSeenAtMs,
		lastSeenAtMs,
		lastMessage: readText(value, 'lastMessage'),
		lastUrl: readText(value, 'lastUrl'),
		tally: parseTally(readProperty(value, 'tally')),
		mail: parseMail(readProperty(value, 'mail')),
		quietAtMs: readNumber(value, 'quietAtMs'),
	};
}

function parseNode(value: unknown): AlertNode | undefined {
	if (!isObject(value)) return undefined;
	const mailed = readProperty(value, 'mailedAtMs');
	const times: readonly unknown[] = Array.isArray(mailed) ? mailed : [];
	return {
		name: readText(value, 'name'),
		mailedAtMs: times.filter((time): time is number => Number.isFinite(time)),
		capped: parseTally(readProperty(value, 'capped')),
	};
}

/**
 * A state as n8n has stored it, which others may have changed: what cannot be used is left out.
 * `undefined` where there is none of a version that this code can read.
 */
export function parseState(value: unknown): AlertState | undefined {
	if (readProperty(value, 'version') !== 1) return undefined;
	return {
		...emptyState(readText(value, 'writer')),
		revision: readNumber(value, 'revision') ?? 0,
		problems: entriesOf(readProperty(value, 'problems'), parseProblem),
		nodes: entriesOf(readProperty(value, 'nodes'), parseNode),
		forgotten: parseTally(readProperty(value, 'forgotten')),
	};
}
